import doctest

import duckdb
import pytest

from warehouse.release import parquet_type, sql_type
from warehouse.release.sql_type import SqlType, parse

TYPES = [
    "INTEGER",
    "DECIMAL(18,2)",
    "TIMESTAMP WITH TIME ZONE",
    "INTEGER[2][]",
    'STRUCT("bit" INTEGER, "NULL" VARCHAR[], "a, (""b" TIME WITH TIME ZONE)',
    "UNION(num INTEGER, str VARCHAR)",
    "MAP(VARCHAR, STRUCT(hugeint DOUBLE))",
    "ENUM('b', 'it''s, (x)', 'HUGEINT')",
]


@pytest.mark.parametrize("text", TYPES)
def test_round_trip(text):
    """DuckDB understands a type as it is written back, to the same type."""
    with duckdb.connect() as connection:
        found = connection.execute(f"select null::{parse(text)}").description[0][1]
    assert str(found) == text


def test_nested():
    """A type is read into the types inside it, outer first."""
    found = parse('MAP(VARCHAR, STRUCT(bit "NULL", x BIGINT[3]))')
    names = [inner.name for inner in found.walk()]
    assert names == ["MAP", "VARCHAR", "STRUCT", "NULL", "ARRAY", "BIGINT"]
    assert dict(found.inside)["value"].inside[0] == ("bit", SqlType("NULL"))


@pytest.mark.parametrize("module", [sql_type, parquet_type])
def test_examples(module):
    """The examples in the docstrings hold."""
    assert doctest.testmod(module).failed == 0
