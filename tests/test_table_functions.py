"""`materialized='table_function'`: a view with parameters."""

import duckdb

FILES = {
    "models/orders.sql": """\
        {{ config(materialized='table') }}
        select unnest([10, 20, 30]) as amount
        """,
    "models/above.sql": """\
        {{ config(materialized='table_function', parameters=['low', 'factor := 1']) }}
        select amount * factor as amount from {{ ref('orders') }} where amount > low
        """,
    "models/total.sql": """\
        {{ config(materialized='table') }}
        select sum(amount)::integer as total from {{ ref('above') }}(10, factor := 2)
        """,
}


def test_a_table_function_takes_parameters(tiny):
    """Other models and readers call it; building again replaces it."""
    project = tiny(FILES)
    assert set(project.build().values()) == {"success"}
    assert project.rows("from main.total") == [(100,)]
    assert project.rows("from main.above(20)") == [(30,)]
    project.edit("models/above.sql", "['low', 'factor := 1']", "'low, factor := 2'")
    assert set(project.build().values()) == {"success"}
    assert project.rows("from main.above(20)") == [(60,)]


def test_a_table_function_is_reused_and_dropped(released):
    """It is built anew when its text or its parameters change, and goes."""
    project = released(FILES)
    project.build()
    project.build()
    assert project.built() == set()
    project.edit("models/above.sql", "factor := 1", "factor := 3")
    project.build()
    assert project.built() == {"above", "total"}
    project.edit("models/above.sql", "'table_function', parameters", "'view', params")
    project.edit("models/above.sql", " * factor", "")
    project.edit("models/above.sql", "> low", "> 10")
    project.edit("models/total.sql", "(10, factor := 2)", "")
    project.build()
    assert project.rows("from main.total") == [(50,)]
    functions = "select 1 from duckdb_functions() where function_name = 'above'"
    assert project.rows(functions) == []


def test_a_released_table_function_names_no_database(released, tmp_path):
    """A copy of the file under another name, or an alias in use, can call it."""
    project = released(FILES)
    project.build()
    copy = tmp_path / "copied.duckdb"
    copy.write_bytes(project.database.read_bytes())
    with duckdb.connect(str(copy), read_only=True) as connection:
        assert connection.sql("from main.above(20)").fetchall() == [(30,)]
    with duckdb.connect() as connection:
        connection.execute(f"attach '{copy}' as other (read_only)")
        connection.execute("use other")
        assert connection.sql("from main.above(20)").fetchall() == [(30,)]


def test_a_table_function_without_parameters(tiny):
    """Its parentheses are empty then; a fault in it is told at its line."""
    project = tiny(
        {"models/all.sql": "{{ config(materialized='table_function') }}\nselect 1 as n"}
    )
    assert project.build() == {"all": "success"}
    assert project.rows('from main."all"()') == [(1,)]
    project.edit("models/all.sql", "select 1", "select 1 +")
    project.build()
    assert "models/all.sql:2:12" in project.detail("all")
