from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from warehouse.engine.duckdb import DuckDB
from warehouse.engine.setup import Setup
from warehouse.errors import ReleaseError
from warehouse.jinja.relation import Relation
from warehouse.release.export import ROW_GROUP_ROWS, export_mart
from warehouse.release.mart import Mart

RELATION = Relation(None, "main", "orders")

# An expression of each type that leaves, and what it is in the file.
EXACT = {
    "true": "BOOLEAN",
    "(-1)::tinyint": "INT32 Int(bitWidth=8, isSigned=true)",
    "1::smallint": "INT32 Int(bitWidth=16, isSigned=true)",
    "1::integer": "INT32",
    "9223372036854775807::bigint": "INT64",
    "1::utinyint": "INT32 Int(bitWidth=8, isSigned=false)",
    "1::usmallint": "INT32 Int(bitWidth=16, isSigned=false)",
    "4294967295::uinteger": "INT32 Int(bitWidth=32, isSigned=false)",
    "18446744073709551615::ubigint": "INT64 Int(bitWidth=64, isSigned=false)",
    "'-inf'::float": "FLOAT",
    "'nan'::double": "DOUBLE",
    "1.5::decimal(4,1)": "FIXED_LEN_BYTE_ARRAY Decimal(precision=4, scale=1)",
    "repeat('9', 38)::decimal(38,0)": (
        "FIXED_LEN_BYTE_ARRAY Decimal(precision=38, scale=0)"
    ),
    "'é\U0001f600'": "BYTE_ARRAY String",
    "''": "BYTE_ARRAY String",
    "'{\"a\": 1}'::json": "BYTE_ARRAY String",
    "'11111111-2222-3333-4444-555555555555'::uuid": "BYTE_ARRAY String",
    "'\\x00\\xFF'::blob": "BYTE_ARRAY",
    "'0044-03-15 (BC)'::date": "INT32 Date",
    "'01:02:03.123456'::time": (
        "INT64 Time(isAdjustedToUTC=false, timeUnit=microseconds)"
    ),
    "'01:02:03.123456789'::time_ns": (
        "INT64 Time(isAdjustedToUTC=false, timeUnit=nanoseconds)"
    ),
    "'2026-11-23 01:02:03.123456'::timestamp": None,
    "'2026-11-23 01:02:03.123'::timestamp_ms": None,
    "'2026-11-23 01:02:03.123456789'::timestamp_ns": None,
    "'2026-11-23 01:02:03.123456+09'::timestamptz": None,
    "[1, null, 3]": "INT32",
    "[[1.5::decimal(9,2)], []]": "FIXED_LEN_BYTE_ARRAY Decimal(precision=9, scale=2)",
    "[1, 2]::integer[2]": "INT32",
    "{'a': 1, 'b c': 'x'}": "INT32, BYTE_ARRAY String",
    "map {'a': {'b': [1]}}": "BYTE_ARRAY String, INT32",
    "['2026-11-23 01:02:03+09'::timestamptz]": None,
}

REFUSED = [
    "1::hugeint",
    "sum(1)",
    "1::uhugeint",
    "null",
    "union_value(a := 1)",
    "interval 1 month",
    "'101'::bit",
    "1::bignum",
    "'01:02:03+01'::timetz",
    "1::variant",
    "'POINT(1 2)'::geometry",
    "'b'::enum('b', 'a')",
    "'2026-11-23 01:02:03'::timestamp_s",
    "get_type(1)",
    "row(1, 'x')",
    "[]",
    "[1::hugeint]",
    "[[1::hugeint, 2]]::hugeint[2][]",
    "{'a b': 1::hugeint, 'c': [interval 1 day]}",
    "map {'a': null}",
    "[row(1, 2::hugeint)]",
]


@pytest.fixture
def engine():
    """Open an engine on a database in memory."""
    engine = DuckDB.open(None)
    yield engine
    engine.close()


def make(engine: DuckDB, sql: str) -> None:
    engine.execute(f"create or replace table orders as {sql}")


def duck(path: Path, sql: str) -> list[tuple]:
    with duckdb.connect() as connection:
        return connection.execute(sql.format(f"'{path}'")).fetchall()


def plain(text: str) -> str:
    """Leave out what may be written in a type or not: quotes and spaces."""
    return text.replace('"', "").replace(" ", "")


@pytest.mark.parametrize("expression", EXACT)
def test_exact(engine, tmp_path, expression):
    """A type that leaves comes back with equal values, nulls and all."""
    make(engine, f"select {expression} as x union all select null order by 1")
    file = export_mart(engine, Mart(RELATION, "orders"), tmp_path)
    path = tmp_path / "orders.parquet"
    (typed,) = engine.execute("select typeof(x) from orders limit 1").rows[0]
    both = f"from orders intersect select x::{typed} as x from '{path}'"
    assert engine.execute(f"select count(*), count(x) from ({both})").rows == [(2, 1)]
    assert duck(path, "select count(x), count(*) from {}") == [(1, 2)]
    assert plain(file.columns[0].type) == plain(typed)
    assert EXACT[expression] in {None, file.columns[0].parquet_type}
    assert pq.read_table(path)["x"].null_count == 1


@pytest.mark.parametrize("expression", REFUSED)
def test_refused(engine, tmp_path, expression):
    """A type that would change is refused; the cast that is named then leaves."""
    view = Relation(None, "main", "seen")
    engine.execute(f'create view seen as select {expression} as "a total"')
    with pytest.raises(ReleaseError) as caught:
        export_mart(engine, Mart(view, "orders"), tmp_path)
    (found,) = engine.execute("from seen limit 0").types
    shown = f'mart "orders": column "a total" is {found}, which Parquet cannot hold'
    assert plain(caught.value.message).startswith(plain(shown))
    assert list(tmp_path.iterdir()) == []
    cast = caught.value.hint.removeprefix("write ")
    engine.execute(f"create view mended as select {cast} as x from seen")
    export_mart(engine, Mart(Relation(None, "main", "mended"), "orders"), tmp_path)


def test_refused_at_once(engine, tmp_path):
    """All the columns that would change are named at once."""
    make(engine, "select 1::hugeint as a, 2 as b, interval 1 day as c")
    with pytest.raises(ReleaseError) as caught:
        export_mart(engine, Mart(RELATION, "orders"), tmp_path)
    said = 'mart "orders": column "{}" is {}, which Parquet cannot hold exactly'
    assert caught.value.message.splitlines() == [
        said.format("a", "HUGEINT"),
        said.format("c", "INTERVAL"),
    ]
    casts = 'cast("a" as DECIMAL(38,0)), cast("c" as VARCHAR)'
    assert caught.value.hint == f"write {casts}"


@pytest.mark.parametrize(
    "expression",
    [
        "'infinity'::date",
        "'-infinity'::date",
        "'infinity'::timestamp",
        "'-infinity'::timestamptz",
        "'infinity'::timestamp_ns",
        "'infinity'::timestamp_ms",
        "['2026-01-01'::date, 'infinity']",
        "{'a': [{'b': 'infinity'::timestamp}]}",
        "map {'a': '-infinity'::date}",
        "['infinity'::date, null]::date[2]",
    ],
)
def test_infinite_times(engine, tmp_path, expression):
    """A date or time without end is refused, wherever it stands: others see a day."""
    make(engine, f'select 1 as a, {expression} as "the end"')
    with pytest.raises(ReleaseError) as caught:
        export_mart(engine, Mart(RELATION, "orders"), tmp_path)
    said = 'mart "orders": column "the end" has infinite values, which Parquet cannot'
    assert caught.value.message.startswith(said)
    assert list(tmp_path.iterdir()) == []
    engine.execute('alter table orders alter "the end" type varchar')
    export_mart(engine, Mart(RELATION, "orders"), tmp_path)


def test_far_times(engine, tmp_path):
    """The first and the last day that there is leave as they are."""
    make(engine, "select unnest(['5877642-06-25 (BC)', '5881580-07-10']::date[]) as x")
    export_mart(engine, Mart(RELATION, "orders"), tmp_path)
    found = duck(tmp_path / "orders.parquet", "select x::varchar from {}")
    assert found == [("5877642-06-25 (BC)",), ("5881580-07-10",)]


@pytest.mark.parametrize("expression", ["uuid()", "'[1]'::json", "[{'a': [uuid()]}]"])
def test_changed_values(engine, tmp_path, monkeypatch, expression):
    """Where the file has another type, a value that does not come back is noticed."""
    make(engine, f"select 1 as a, {expression} as x")
    export_mart(engine, Mart(RELATION, "orders"), tmp_path)
    other = pq.ParquetFile(tmp_path / "orders.parquet").read()
    make(engine, f"select 1 as a, {expression.replace('[1]', '[2]')} as x")
    monkeypatch.setattr(
        pq.ParquetFile, "read", lambda _, columns: other.select(columns)
    )
    with pytest.raises(ReleaseError, match="came out otherwise"):
        export_mart(engine, Mart(RELATION, "orders"), tmp_path)


def test_zero_rows(engine, tmp_path):
    """Zero rows are a file of zero rows with the right columns."""
    make(engine, "select 1 as a, 'x' as b, 2.5::decimal(9,2) as c limit 0")
    file = export_mart(engine, Mart(RELATION, "orders", key=("a",)), tmp_path)
    path = tmp_path / "orders.parquet"
    assert file.rows == 0
    assert duck(path, "from {}") == []
    types = [row[1] for row in duck(path, "describe from {}")]
    assert types == ["INTEGER", "VARCHAR", "DECIMAL(9,2)"]
    assert pq.read_table(path).schema.names == ["a", "b", "c"]


def test_descriptions(engine, tmp_path):
    """The file holds the table's and the columns' descriptions."""
    make(engine, "select 1 as order_id, 'x' as \"Name\", 2 as b")
    said = {"order_id": "Key.", "name": "Wie es heißt."}
    mart = Mart(RELATION, "orders", "One row per order.", said)
    file = export_mart(engine, mart, tmp_path)
    schema = pq.read_schema(tmp_path / "orders.parquet")
    assert schema.metadata[b"description"] == b"One row per order."
    found = [(field.metadata or {}).get(b"description") for field in schema]
    assert found == [b"Key.", "Wie es heißt.".encode(), None]
    assert [column.description for column in file.columns] == [*said.values(), ""]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (("b", "A"), [(3, "x"), (1, "y"), (2, "y"), (None, "z"), (0, None)]),
        ((), [(0, None), (1, "y"), (2, "y"), (3, "x"), (None, "z")]),
    ],
)
def test_order(engine, tmp_path, key, expected):
    """Rows stand in order of the key, or of all columns; columns as in the table."""
    rows = "(2, 'y'), (null, 'z'), (1, 'y'), (0, null), (3, 'x')"
    make(engine, f"select * from (values {rows}) as t(a, b)")
    export_mart(engine, Mart(RELATION, "orders", key=key), tmp_path)
    assert duck(tmp_path / "orders.parquet", "select a, b from {}") == expected


def test_unknown_key(engine, tmp_path):
    """A key that names no column is refused with the nearest column."""
    make(engine, "select 1 as order_id")
    with pytest.raises(ReleaseError) as caught:
        export_mart(engine, Mart(RELATION, "orders", key=("order_ids",)), tmp_path)
    assert caught.value.hint == 'did you mean "order_id"?'


def test_unknown_relation(engine, tmp_path):
    """A mart that is not in the database is reported by its name."""
    with pytest.raises(ReleaseError, match=r'mart "orders": .*does not exist'):
        export_mart(engine, Mart(Relation(None, "main", "no"), "orders"), tmp_path)


def test_outside_name(engine, tmp_path):
    """A name that leads out of the folder is refused."""
    make(engine, "select 1 as a")
    with pytest.raises(ReleaseError, match="cannot be a file's name"):
        export_mart(engine, Mart(RELATION, "../orders"), tmp_path)


def test_same_bytes(tmp_path):
    """Equal data gives equal bytes: any insertion order, threads, time zone."""
    sums = set()
    orders = {1: "i", 2: "hash(i)", 4: "-i"}
    for threads, order in orders.items():
        engine = DuckDB.open(None, setup=Setup(settings={"threads": threads}))
        engine.execute("set timezone = 'Asia/Tokyo'" if threads == 2 else "select 1")
        make(
            engine,
            "select i % 1000 as a, md5(i::varchar) as b, i / 7 as c, [i, i + 1] as d, "
            "make_timestamptz(i * 1000000) as e, "
            "if(i % 2 = 0, 0.0, -0.0)::double as f, i % 3 = 0 as g "
            f"from range(300000) t(i) order by {order}",
        )
        mart = Mart(RELATION, "orders", "Rows.", key=("a",))
        folder = tmp_path / str(threads)
        folder.mkdir()
        sums.add(export_mart(engine, mart, folder).sha256)
        engine.close()
        with pq.ParquetFile(folder / "orders.parquet") as file:
            groups = file.metadata.num_row_groups
            sizes = [file.metadata.row_group(i).num_rows for i in range(groups)]
        assert sizes == [ROW_GROUP_ROWS, ROW_GROUP_ROWS, 300000 - 2 * ROW_GROUP_ROWS]
    assert len(sums) == 1


def test_signed_zeros(engine, tmp_path):
    """Rows that compare as equal and are not have an order too."""
    sums = set()
    for order in ("0.0, -0.0", "-0.0, 0.0"):
        make(engine, f"select unnest([{order}]::double[]) as x")
        sums.add(export_mart(engine, Mart(RELATION, "orders"), tmp_path).sha256)
    assert len(sums) == 1


def test_view_in_schema(engine, tmp_path):
    """A view in a schema with a name that needs quotes leaves as a table does."""
    engine.execute('create schema "my marts"')
    engine.execute('create view "my marts"."select" as select 1 as "from"')
    relation = Relation(None, "my marts", "select", "view")
    file = export_mart(engine, Mart(relation, "select", key=("from",)), tmp_path)
    assert (file.path, file.rows, file.key) == ("marts/select.parquet", 1, ("from",))
    assert file.bytes == (tmp_path / "select.parquet").stat().st_size


def test_full_disk(engine, tmp_path):
    """A disk that refuses is reported with the mart's name."""
    make(engine, "select 1 as a")
    with pytest.raises(ReleaseError, match='cannot export mart "orders": '):
        export_mart(engine, Mart(RELATION, "orders"), tmp_path / "nowhere")


def test_footer_disagrees(engine, tmp_path, monkeypatch):
    """A file that did not come out as meant is not accepted."""
    make(engine, "select 1 as a")
    other = pa.schema([pa.field("a", pa.float64())])
    monkeypatch.setattr(pq.ParquetFile, "schema_arrow", property(lambda _: other))
    with pytest.raises(ReleaseError, match="came out as"):
        export_mart(engine, Mart(RELATION, "orders"), tmp_path)
