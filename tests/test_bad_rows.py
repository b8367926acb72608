"""Seeds with bad rows: every fault is told at once, or the rows are set aside."""

import pytest
from tiny import RELEASED, TinyProject

from warehouse.errors import ConfigError

PROPERTIES = """\
    seeds:
      - name: orders
        config:
          column_types: {order_id: integer, amount: integer}
          on_bad_rows: quarantine
        data_tests:
          - no_rejects: {config: {severity: warn}}
        columns:
          - name: order_id
            data_tests: [not_null]
    """
ROWS = 'order_id,amount\n1,2\nx,3\n3\n4,y\n,6\n"7",7\n'


def rejects(project: TinyProject) -> list[tuple]:
    return project.rows(
        "select line, column_name, value, reason, row from orders_rejects order by all"
    )


@pytest.mark.parametrize("home", [{}, RELEASED])
def test_bad_rows_are_set_aside(tiny, home):
    """With `on_bad_rows: quarantine` good rows load; the others are a table to test."""
    project = tiny({"seeds/orders.csv": ROWS, "seeds/_.yml": PROPERTIES} | home)
    statuses = project.build()
    assert statuses.pop("orders") == "success"
    assert sorted(statuses.values()) == ["pass", "warn"]
    assert project.rows("from orders order by all") == [(1, 2), (7, 7)]
    assert rejects(project) == [
        (3, "order_id", "x", "no integer", "x,3"),
        (4, None, None, "1 value, not 2", "3"),
        (5, "amount", "y", "no integer", "4,y"),
        (6, "order_id", None, "no value, and it must not be null", None),
    ]


def test_rejects_follow_the_file(tiny):
    """A corrected file has no rejects; without the policy the table goes."""
    project = tiny({"seeds/orders.csv": ROWS, "seeds/_.yml": PROPERTIES} | RELEASED)
    project.build()
    project.write({"seeds/orders.csv": "order_id,amount\n1,2\n"})
    assert set(project.build().values()) == {"success", "pass"}
    assert rejects(project) == []
    project.remove("seeds/_.yml")
    assert project.build() == {"orders": "success"}
    assert project.rows("select table_name from duckdb_tables()") == [("orders",)]


def test_a_table_of_that_name_stays(tiny):
    """A model that is named like a table of rejects is not touched by its seed."""
    project = tiny(
        {
            "seeds/orders.csv": "order_id\n1\n",
            "models/orders_rejects.sql": """\
                {{ config(materialized='table') }}
                select 1 as a
                """,
        }
    )
    project.build()
    assert project.build() == {"orders": "success", "orders_rejects": "success"}
    project.build("orders")
    assert project.rows("from orders_rejects") == [(1,)]


def test_a_singular_test_asks_the_rejects(tiny):
    """`rejects(ref(…))` is the table, in strict projects too."""
    project = tiny(
        {
            "seeds/orders.csv": ROWS,
            "seeds/_.yml": PROPERTIES,
            "tests/few.sql": "from {{ rejects(ref('orders')) }} where line < 4",
            "pyproject.toml": "[tool.warehouse]\nstrict = true\n",
        }
    )
    assert project.build()["few"] == "fail"


def test_empty_keys_fail_if_asked(tiny):
    """With `on_bad_rows: fail` an empty value under a not_null test is a fault."""
    project = tiny(
        {
            "seeds/orders.csv": "order_id,amount\n1,2\n,3\n",
            "seeds/_.yml": PROPERTIES.replace("quarantine", "fail").replace(
                "data_tests:\n          - no_rejects: {config: {severity: warn}}",
                "description: x",
            ),
        }
    )
    project.build()
    assert "line 3, column order_id: no value" in project.detail("orders")


def test_lines_are_those_of_the_file(tiny):
    """Values over several lines, empty lines and either line end do not mislead."""
    rows = 'order_id,amount\r\n1,2\r\n\r\n"3\r\n",4\r\nx,5\r\n\r\n\r\n6,y\r\n'
    project = tiny({"seeds/_.yml": PROPERTIES})
    (project.root / "seeds/orders.csv").write_bytes(b"\xef\xbb\xbf" + rows.encode())
    project.build()
    assert [row[0] for row in rejects(project)] == [6, 9]


def test_a_long_value_loads(tiny):
    """A value of ten megabytes is a value like any other."""
    long = "x" * 10_000_000
    project = tiny({"seeds/orders.csv": f"order_id,note\n1,{long}\n2,short\n"})
    assert project.build() == {"orders": "success"}
    found = project.rows("select order_id, length(note) from orders order by all")
    assert found == [(1, 10_000_000), (2, 5)]


@pytest.mark.parametrize("value", ["x" * 24_000_000, '"' + "x, 7\n" * 4_800_000 + '"'])
def test_a_long_value_far_down_is_not_lost(tiny, value):
    """DuckDB reads pieces of 32 MB; a long row that spans two of them loads as well."""
    filler = "7," + "y" * 9_990 + "\n"
    rows = f"order_id,note\n{filler * 1_900}1,{value}\n2,short\n"
    project = tiny({"seeds/orders.csv": rows})
    assert project.build() == {"orders": "success"}
    asked = "select count(*), sum(length(note))::bigint from orders where order_id < 3"
    assert project.rows(asked) == [(2, len(value.strip('"')) + 5)]
    assert project.rows("select count(*) from orders") == [(1_902,)]


def test_a_line_without_end_is_told(tiny):
    """A line that is too long to be read is an error, not a row less."""
    project = tiny({"seeds/orders.csv": f"order_id,note\n1,{'x' * 70_000_000}\n2,y\n"})
    assert project.build() == {"orders": "error"}
    assert "a line is longer than 64 MB" in project.detail("orders")


def test_a_long_bad_row_is_told_short(tiny):
    """A message does not repeat megabytes."""
    long = "x" * 3_000_000
    types = "seeds:\n  - name: orders\n    config: {column_types: {order_id: int}}\n"
    project = tiny(
        {"seeds/orders.csv": f"order_id,note\nx,{long}\n", "seeds/_.yml": types}
    )
    assert project.build() == {"orders": "error"}
    assert 'line 2, column order_id: "x" is no int' in project.detail("orders")
    assert len(project.detail("orders")) < 1000


def test_types_are_found_beside_ragged_rows(tiny):
    """A column without a declared type has that of the good rows."""
    project = tiny({"seeds/orders.csv": "order_id,amount\n1,2.5\n2\n3,4.5,6\n"})
    assert project.build() == {"orders": "error"}
    assert "line 3: 1 value, not 2 (row: 2)" in project.detail("orders")
    assert "line 4: 3 values, not 2 (row: 3,4.5,6)" in project.detail("orders")


def test_a_file_that_is_gone_is_told(tiny):
    """A seed that cannot be read is an error with its name."""
    project = tiny({})
    (project.root / "seeds").mkdir()
    (project.root / "seeds/orders.csv").symlink_to("nowhere.csv")
    with pytest.raises(ConfigError, match=r"seeds/orders.csv: cannot read the file"):
        project.build()
