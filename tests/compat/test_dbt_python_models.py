"""Python models and table functions against dbt's."""

import pytest

pytestmark = pytest.mark.slow

FILES = {
    "dbt_project.yml": """\
        name: tiny
        profile: tiny
        models: {tiny: {+materialized: view}}
        """,
    "seeds/orders.csv": "id,amount,at\n1,10,2024-01-31\n2,20,2024-02-01\n",
    "models/_models.yml": """\
        sources: [{name: main, tables: [{name: orders}]}]
        models:
          - name: of_relation
            description: One row per order.
            config: {rate: 3, persist_docs: {relation: true, columns: true}}
            columns: [{name: id, description: The key., data_tests: [unique]}]
          - name: of_table
            config: {schema: other, alias: renamed}
        """,
    "models/of_relation.py": """\
        def model(dbt, session):
            dbt.config(materialized="table")
            rate = dbt.config.get("rate", 1)
            return dbt.ref("orders").project(f"*, amount * {rate} as rated")
        """,
    "models/of_table.py": """\
        import pyarrow as pa


        def model(dbt, session):
            names = [dbt.this.schema, dbt.this.identifier, str(dbt.is_incremental)]
            dbt.ref("orders")
            rows = dbt.source("main", "orders").fetchall()
            return pa.table({"rows": [len(rows)] * 3, "name": names})
        """,
    "models/of_batches.py": """\
        import pyarrow as pa


        def model(dbt, session):
            reader = dbt.ref("of_table").to_arrow_reader(2)
            return pa.RecordBatchReader.from_batches(reader.schema, iter(reader))
        """,
    "models/above.sql": """\
        {{ config(materialized='table_function', parameters=['low']) }}
        select * from {{ ref('orders') }} where amount > low
        """,
    "models/called.sql": """\
        {{ config(materialized='table') }}
        select count(*) as n from {{ ref('above') }}(10)
        """,
}


def test_python_models_build_the_same_tables(both):
    """Every kind of frame has the columns and types that dbt-duckdb gives it."""
    both.write(FILES)
    both.same("build")
    both.same("build")
    both.same("run", "--select", "of_relation+")


def test_a_failing_python_model_ends_as_dbts(both):
    """It is an error, and what is downstream is skipped."""
    both.write(
        {**FILES, "models/of_relation.py": "def model(dbt, s):\n    return 1 / 0"}
    )
    both.write({"models/below.sql": "select * from {{ ref('of_relation') }}"})
    both.same("build")
