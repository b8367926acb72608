"""`query` and `show`: rows as tables and as every other format, exactly."""

import json
import subprocess
import sys

import duckdb
import pytest

VALUES = """
select 1.10::decimal(18,2) as price, 12345678901234567890123456789::hugeint as huge,
    0.1::float as ratio, 'nan'::double as nothing_finite, null as missing, '' as empty,
    'a "b", c' as text, true as flag, date '2026-01-02' as day,
    timestamp '2026-01-02 03:04:05' as at, interval '1 month' as span,
    [1.50::decimal(18,2), null] as list, {'a': 1, 'b': date 'infinity'} as box
"""


def test_a_table_aligns_numbers_and_counts_rows(built):
    """The table has numbers at the right, NULL by name, and the number of rows."""
    assert built.out("query", "from main_marts.orders order by id") == (
        "id  customer  amount\n"
        "──  ────────  ──────\n"
        " 1  Ada         2.50\n"
        " 2  Bob        10.00\n"
        " 3  Ada         NULL\n"
        "3 rows\n"
    )


def test_a_limit_counts_what_is_left(built):
    """--limit says how many rows it leaves out."""
    shown = built.out("query", "from range(1000) t(n)", "--limit", "1")
    assert shown == "n\n─\n0\n1 row, … 999 more rows\n"


def test_csv_is_exact(built):
    """CSV keeps digits, tells NULL from an empty text, and writes nested as JSON."""
    assert built.out("query", VALUES, "--format", "csv") == (
        "price,huge,ratio,nothing_finite,missing,empty,text,flag,day,at,span,list,box\n"
        '1.10,12345678901234567890123456789,0.1,nan,,"","a ""b"", c",true,2026-01-02,'
        '2026-01-02T03:04:05,1 month,"[1.50, null]","{""a"": 1, ""b"": ""infinity""}"\n'
    )


def test_json_is_exact(built):
    """JSON numbers keep their digits, and what is not finite is null."""
    text = built.out("query", VALUES, "--format", "jsonl")
    assert text == (
        '{"price": 1.10, "huge": 12345678901234567890123456789, "ratio": 0.1, '
        '"nothing_finite": null, "missing": null, "empty": "", "text": "a \\"b\\", c", '
        '"flag": true, "day": "2026-01-02", "at": "2026-01-02T03:04:05", '
        '"span": "1 month", "list": [1.50, null], "box": {"a": 1, "b": "infinity"}}\n'
    )
    array = json.loads(built.out("query", VALUES, "--format", "json"))
    assert array == [json.loads(text)]


def test_no_rows_are_still_a_result(built):
    """No rows are a head in CSV, an empty array in JSON, nothing in JSON lines."""
    sql = "from main_marts.orders where false"
    assert built.out("query", sql, "--format", "csv") == "id,customer,amount\n"
    assert built.out("query", sql, "--format", "json") == "[]\n"
    assert built.out("query", sql, "--format", "jsonl") == ""
    assert built.out("query", sql).endswith("0 rows\n")


def test_markdown(built):
    """Markdown aligns numbers and escapes what would break the table."""
    sql = "select 1 as n, 'a|b\nc' as text"
    assert built.out("query", sql, "--format", "markdown") == (
        "| n | text |\n| ---: | --- |\n| 1 | a\\|b<br>c |\n"
    )


def test_output_chooses_its_format_by_the_ending(built, tmp_path):
    """--output writes what the file's ending says, and no temporary file stays."""
    sql = "from main_marts.orders order by id"
    for name in ("rows.csv", "rows.parquet", "rows.json"):
        assert built.out("query", sql, "--output", str(tmp_path / name)) == ""
        found = duckdb.sql(f"select * from '{tmp_path / name}'").fetchall()
        assert [row[0] for row in found] == [1, 2, 3]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "rows.csv", "rows.json", "rows.parquet",
    ]  # fmt: skip
    types = duckdb.sql(f"describe from '{tmp_path / 'rows.parquet'}'").fetchall()
    assert [row[1] for row in types] == ["INTEGER", "VARCHAR", "DECIMAL(18,2)"]


def test_a_failed_query_leaves_the_old_file(built, tmp_path):
    """A file is replaced as a whole or stays as it was."""
    path = tmp_path / "rows.csv"
    path.write_text("before")
    sql = "select cast(if(n = 90000, 'x', '1') as integer) from range(100000) t(n)"
    built.run("query", sql, "-o", str(path), code=2)
    assert path.read_text() == "before"
    assert [entry.name for entry in tmp_path.iterdir()] == ["rows.csv"]


def test_parquet_refuses_what_it_cannot_hold(built, tmp_path):
    """A type that Parquet would change is refused, with the cast to write."""
    said = built.complaint(
        "query", "select 1::hugeint as n", "-o", str(tmp_path / "rows.parquet")
    )
    assert 'column "n" is HUGEINT' in said
    assert 'write cast("n" as DECIMAL(38,0))' in said
    assert "Parquet" in built.complaint("query", "from range(3)", "--format", "parquet")


def test_sql_comes_from_anywhere(built, tmp_path):
    """The SQL is an argument, the standard input or a file."""
    path = tmp_path / "question.sql"
    path.write_text("select 42 as answer;\n")
    said = built.out("query", "--file", str(path))
    assert said == built.out("query", "-", input_text="select 42 as answer")
    assert "say SQL" in built.complaint("query")


def test_an_error_points_into_the_sql(built):
    """A wrong name is shown under a caret, with the nearest one."""
    assert built.complaint(
        "query", "select id,\n  ammount\nfrom main_marts.orders"
    ) == (
        'Query error: query:2:3: Referenced column "ammount" not found in '
        "FROM clause!\n"
        "  |   ammount\n"
        "  |   ^\n"
        '  hint: did you mean "amount"?\n'
    )


def test_an_unknown_column_is_told_with_all_that_there_are(built):
    """Where no name comes near, every column that could be meant is listed."""
    told = built.complaint("query", "select o.zzz from main_marts.orders as o")
    (hint,) = (line for line in told.splitlines() if "hint" in line)
    columns = built.out("query", "--format", "csv", "from main_marts.orders limit 0")
    assert hint.strip() == f"hint: there is: {columns.strip().replace(',', ', ')}"


def test_a_query_cannot_write(built):
    """The release is open for reading only."""
    complaint = built.complaint("query", "drop table main_marts.orders")
    assert "query only reads" in complaint


def test_before_the_first_build_there_is_nothing_to_ask(shop):
    """A question before the first release says what to run."""
    assert "run: warehouse build" in shop.complaint("query", "select 1", code=1)


def test_a_pipe_may_close_early(built):
    """`| head` ends a long output without an error."""
    command = f"{sys.executable} -m warehouse query 'from range(1000000)' --format csv"
    found = subprocess.run(
        ["bash", "-c", f"{command} | head -2; echo ${{PIPESTATUS[0]}}"],
        cwd=built.root,
        env=built.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout == "range\n0\n141\n"
    assert found.stderr == ""


@pytest.mark.parametrize(
    "words",
    [
        ("orders",),
        ("--select", "orders"),
        ("--inline", "select * from {{ ref('orders') }} order by id"),
    ],
)
def test_show_previews_rows(built, words):
    """`show` runs a node's SQL, or Jinja of its own, on the current release."""
    rows = built.out("show", *words, "--output", "jsonl", "--limit", "2").splitlines()
    assert json.loads(rows[0]) == {"id": 1, "customer": "Ada", "amount": 2.5}
    assert len(rows) == 2


def test_show_names_the_nearest_node(built):
    """`show` of what does not exist ends with 2 and the nearest names."""
    assert 'no node "ordes"' in built.complaint("show", "ordes")
    assert "say one node" in built.complaint("show")
    said = built.complaint("show", "--inline", "select 1 from {{ ref('ordes') }}")
    assert said.startswith("Compilation error: --inline:1")


def test_show_says_what_can_be_shown(built):
    """A selection of nothing but tests has no rows to show."""
    said = built.complaint("show", "-s", "unique_orders_id")
    assert "models, seeds and --inline SQL can be shown" in said
