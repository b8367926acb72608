"""Reading SQL: tables read, output columns, canonical form, volatility."""

import pytest
from pairs import read_cases

from warehouse.compiler.columns import output_columns
from warehouse.compiler.reads import parse, tables_read
from warehouse.compiler.tokens import canonical, is_volatile

KNOWN = {("orders",): ("id", "amount"), ("customers",): ("id", "name")}


@pytest.mark.parametrize("case", read_cases("tables_read"))
def test_the_tables_that_a_query_reads(case):
    """A query reads its tables and not its common table expressions, by scope."""
    tree = parse(case.parts["input"], "duckdb")
    assert tree is not None
    found = {str(read) for read in tables_read(tree)}
    assert "\n".join(sorted(found)) == case.parts["expected"]


@pytest.mark.parametrize("case", read_cases("tables_read"))
def test_a_table_that_is_read_stands_where_it_is_said_to(case):
    """The offset of a read is where the first part of its name begins in the SQL."""
    sql = case.parts["input"]
    for read in tables_read(parse(sql, "duckdb")):
        assert sql[read.offset :].lstrip("'\"").lower().startswith(read.name[0])


@pytest.mark.parametrize("case", read_cases("columns"))
def test_the_columns_of_a_query(case):
    """A query's columns are told in order, or not at all."""
    found = output_columns(parse(case.parts["input"], "duckdb"), KNOWN)
    shown = "unknown" if found is None else ", ".join(found)
    assert shown == case.parts["expected"]


@pytest.mark.parametrize("case", read_cases("columns"))
def test_the_columns_are_those_that_the_database_gives(case, connection):
    """Whatever columns a query is said to have, DuckDB gives the same."""
    sql, expected = case.parts["input"], case.parts["expected"]
    if expected == "unknown":
        return
    sql = sql.replace('"Quoted"', '1 as "Quoted"')
    given = [row[0] for row in connection.sql(sql).description]
    assert ", ".join(given) == expected


@pytest.mark.parametrize("case", read_cases("canonical"))
def test_the_canonical_form(case):
    """Layout and comments leave a statement the same; all else makes it another."""
    left, right = (canonical(case.parts[side], "duckdb") for side in ("left", "right"))
    assert ("same" if left == right else "different") == case.parts["expected"]


@pytest.mark.parametrize("case", read_cases("volatility"))
def test_volatility(case):
    """SQL that asks the clock, chance, the session or files is volatile."""
    found = is_volatile(case.parts["input"], "duckdb")
    assert ("volatile" if found else "stable") == case.parts["expected"]


def test_every_function_that_duckdb_calls_volatile_is_known(connection):
    """Whatever DuckDB says may change between two queries makes SQL volatile.

    What asks the session for its time zone alone does not: a release's is UTC.
    """
    harmless = {"error", "sleep_ms"}  # they give no value of their own
    zoned = {"make_timestamptz", "timezone"}  # by their result
    rows = connection.execute(
        "select distinct function_name from duckdb_functions() where "
        "function_type in ('scalar', 'aggregate') and stability <> 'CONSISTENT' "
        "and not list_has_any(parameter_types, "
        "['TIMESTAMP WITH TIME ZONE', 'TIMESTAMPTZ_NS'])"
    ).fetchall()
    names = {name for (name,) in rows} - harmless - zoned
    assert "random" in names
    stable = {n for n in names if not is_volatile(f"select {n}(a) from t", "duckdb")}
    assert stable == set()
