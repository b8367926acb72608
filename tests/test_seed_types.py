"""The types of seed columns that nobody declared."""

import pytest


@pytest.mark.parametrize(
    ("values", "sql_type"),
    [
        ("1,-2", "INTEGER"),
        ("1.0,2.00", "INTEGER"),
        (",", "INTEGER"),
        ("3000000000", "BIGINT"),
        ("30000000000000000000", "DECIMAL(38,0)"),
        ("1,2.5", "DOUBLE"),
        ("2024-01-31,2024-02-01", "DATE"),
        ("2024-01-31 10:00:00", "TIMESTAMP"),
        ("2024-01-31T10:00:00Z", "TIMESTAMP"),
        ("true,FALSE", "BOOLEAN"),
        ("1,x", "VARCHAR"),
        ("2024-01-31,2024-01-31 10:00:00", "VARCHAR"),
    ],
)
def test_a_column_is_typed_as_dbt_types_it(tiny, values, sql_type):
    """Number, date, timestamp, boolean, text: the first that all values fit."""
    lines = "".join(f"x,{value}\n" for value in values.split(","))
    project = tiny({"seeds/s.csv": f"k,v\n{lines}"})
    project.build()
    ((found,),) = project.rows(
        "select data_type from duckdb_columns() "
        "where table_name = 's' and column_name = 'v'"
    )
    assert found == sql_type


@pytest.mark.parametrize(
    ("late", "sql_type"),
    [("2.5", "DOUBLE"), ("3000000000", "BIGINT"), ("x", "VARCHAR"), ("", "INTEGER")],
)
def test_late_values_count(tiny, late, sql_type):
    """A value far down in a long file has its say in the type."""
    lines = "x,1\n" * 3000
    project = tiny({"seeds/s.csv": f"k,v\n{lines}x,{late}\n"})
    project.build()
    ((found,),) = project.rows("select typeof(v) from s limit 1")
    assert found == sql_type
