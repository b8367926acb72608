"""Python models: read without running, run as dbt-duckdb runs them."""

import pytest

from warehouse.compiler.python_code import python_code
from warehouse.project.files import SourceFile

MODEL = """\
    def model(dbt, session):
        dbt.config(materialized="table", tags=["py"])
        rate = dbt.config.get("rate", 1)
        return dbt.ref("orders").project(f"id, amount * {rate} as amount")
    """
FILES = {
    "seeds/orders.csv": "id,amount\n1,10\n2,20\n",
    "models/rated.py": MODEL,
    "models/total.sql": "select sum(amount)::integer as total from {{ ref('rated') }}",
    "models/_models.yml": """\
        models:
          - name: rated
            description: One row per order.
            config: {rate: 3, persist_docs: {relation: true}}
            columns: [{name: id, data_tests: [unique]}]
        """,
}


def test_a_python_model_is_a_node_like_any_other(tiny):
    """Its references, config, tests and descriptions count; SQL reads its table."""
    project = tiny(FILES)
    statuses = project.build()
    assert list(statuses) == ["orders", "rated", "unique_rated_id", "total"]
    assert set(statuses.values()) == {"success", "pass"}
    assert project.rows("from main.total") == [(90,)]
    assert project.tables()["main.rated"][0] == "One row per order."
    assert set(project.build("tag:py")) == {"rated", "unique_rated_id"}


FRAMES = {
    "relation": "session.sql('select 1 as id, 7::hugeint as n')",
    "table": "pa.table({'id': [1], 'n': pa.array([7], pa.int16())})",
    "batches": """pa.RecordBatchReader.from_batches(
        pa.schema([('id', pa.int32())]),
        (batch for batch in session.sql('select 1::integer as id').to_arrow_reader(9)),
    )""",
    "own": "session.sql('from t')",
}
TYPES = {
    "relation": ["INTEGER", "HUGEINT"],
    "table": ["BIGINT", "SMALLINT"],
    "batches": ["INTEGER"],
    "own": ["INTEGER"],
}


@pytest.mark.parametrize("kind", FRAMES)
def test_a_python_model_returns_any_frame(tiny, kind):
    """Relations, tables, readers that still read from the session, temporary tables."""
    text = (
        "import pyarrow as pa\n\ndef model(dbt, session):\n"
        "    session.execute('create temp table t as select 1 as id')\n"
        f"    return {FRAMES[kind]}\n"
    )
    project = tiny({"models/a.py": text, "models/b.py": text})
    assert project.build() == {"a": "success", "b": "success"}
    assert project.rows("select id from main.a") == [(1,)]
    types = project.rows("select data_type from duckdb_columns() where table_name='b'")
    assert [found for (found,) in types] == TYPES[kind]


def test_dbt_in_a_python_model(tiny):
    """`ref`, `source`, `this` and `is_incremental` are those of dbt-duckdb."""
    project = tiny(
        {
            "models/_models.yml": """\
                sources: [{name: main, tables: [{name: given}]}]
                """,
            "models/given.sql": "{{ config(materialized='table') }} select 5 as n",
            "models/inlined.sql": """\
                {{ config(materialized='ephemeral') }}
                select n + 1 as n from {{ ref('given') }}
                """,
            "models/facts.py": """\
                def model(dbt, session):
                    numbers = [
                        dbt.ref("given").fetchall()[0][0],
                        dbt.ref("tiny", "inlined").fetchall()[0][0],
                        dbt.source("main", "given").fetchall()[0][0],
                    ]
                    words = [dbt.this.schema, dbt.this.identifier, f"{dbt.this}"]
                    return session.sql(
                        f"select {numbers} as numbers, {words} as words, "
                        f"{dbt.is_incremental} as again"
                    )
                """,
        }
    )
    project.build()
    assert project.result.ok, project.detail("facts")
    words = ["main", "facts", '"tiny"."main"."facts"']
    assert project.rows("from main.facts") == [([5, 6, 5], words, False)]


def test_a_python_model_may_read_what_it_replaces(tiny):
    """What stands under the name is there until the new rows are."""
    text = """\
        def model(dbt, session):
            found = session.sql("select count(*) from duckdb_tables()").fetchall()[0][0]
            if found:
                return session.sql(f"select n + 1 as n from {dbt.this}")
            return session.sql("select 1 as n")
        """
    project = tiny({"models/counted.py": text})
    project.build()
    assert project.build() == {"counted": "success"}, project.detail("counted")
    assert project.rows("from main.counted") == [(2,)]


def test_a_failing_python_model_leaves_the_old_rows(tiny):
    """A fault while the rows are written takes nothing away."""
    project = tiny({"models/n.py": "def model(dbt, session):\n    return ROWS\n"})
    text = (project.root / "models/n.py").read_text()
    good, bad = (f'session.sql("select {sql} as n")' for sql in ("1", "error(1)"))
    (project.root / "models/n.py").write_text(text.replace("ROWS", good))
    project.build()
    (project.root / "models/n.py").write_text(text.replace("ROWS", bad))
    assert project.build() == {"n": "error"}
    assert project.rows("from main.n") == [(1,)]


def test_an_unchanged_python_model_is_reused(released):
    """Comments and layout do not count; code, config and what it reads do."""
    project = released(FILES)
    project.build()
    project.build()
    assert project.built() == set()
    project.edit("models/rated.py", "    return", "    # so\n\n    return")
    project.build()
    assert project.built() == set()
    project.edit("models/_models.yml", "rate: 3", "rate: 4")
    project.build()
    assert project.built() == {"rated", "unique_rated_id", "total"}
    project.edit("seeds/orders.csv", "20", "30")
    project.build()
    assert project.rows("from main.total") == [(160,)]


REPEATABLE = {
    "import pyarrow as pa": "pa.table({'id': [1]})",
    "import math": "dbt.ref('orders').filter('amount > 1')",
    "import numpy as np": "session.sql('from orders')",
}
VOLATILE = {
    "import time": "dbt.ref('orders')",
    "from helper import tool": "dbt.ref('orders')",
    "import datetime": "tool(datetime.datetime.now())",
    "import csv": "list(csv.reader(open('x.csv')))",
    "import json": "session.sql('from main.elsewhere')",
    "import re": "session.table('orders')",
    "import decimal": "session.read_csv('x.csv')",
    "import enum": "session.sql(f'from {orders}')",
    "import numpy": "dbt.ref('orders').project('now() as at')",
}


@pytest.mark.parametrize(
    ("found", "expected"),
    [*((case, True) for case in REPEATABLE.items()),
     *((case, False) for case in VOLATILE.items())],
)  # fmt: skip
def test_what_is_repeatable(found, expected):
    """Only what is known to give the same rows again has a canonical form."""
    imported, returned = found
    text = (
        f'{imported}\n\ndef model(dbt, session):\n    """Don\'t."""\n'
        f"    orders = dbt.ref('orders')\n    return {returned}\n"
    )
    code = python_code(SourceFile("models/a.py", "a.py", text, ""))
    assert (code is not None) == expected
