"""Marts in parts: which files there are, what is in them, and which are shared."""

from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from tiny import RELEASED, TinyProject

from warehouse.engine.duckdb import DuckDB
from warehouse.errors import ReleaseError
from warehouse.jinja.relation import Relation
from warehouse.release.export import export_mart
from warehouse.release.mart import Mart

ORDERS = """\
    {{ config(materialized='table', partition_by=['region', 'day']) }}
    select order_id, day, amount, nullif(region, 'none') as region
    from {{ ref('raw_orders') }}
    """
ROWS = "order_id,day,amount,region\n1,2026-01-01,5,EU\n2,2026-01-02,6,a b/é=%\n"
PROJECT = {
    "seeds/raw_orders.csv": ROWS,
    "models/marts/orders.sql": ORDERS,
    "models/marts/_.yml": "models:\n  - name: orders\n    description: All orders.\n"
    "    columns:\n      - name: order_id\n        data_tests: [unique, not_null]\n",
}


def marts(project: TinyProject) -> Path:
    return (project.root / "data/current/marts").resolve()


def files(project: TinyProject) -> dict[str, int]:
    """Return the inode of each file of the current release's mart."""
    folder = marts(project) / "orders"
    found = sorted(folder.rglob("*.*"))
    return {p.relative_to(folder).as_posix(): p.stat().st_ino for p in found}


def rows(project: TinyProject) -> list[tuple]:
    """Read the mart as a DuckDB client does who says what the folders' types are."""
    types = "{'region': varchar, 'day': date}"
    return duckdb.sql(
        "select order_id, day::varchar, amount, region from read_parquet("
        f"'{marts(project)}/orders/**/*.parquet', hive_types = {types}) order by 1"
    ).fetchall()


def test_a_folder_for_each_value(tiny):
    """Each partition is a Hive folder; text of any kind comes back as it was."""
    project = tiny(PROJECT | RELEASED)
    project.build()
    assert list(files(project)) == [
        "region=EU/day=2026-01-01/data.parquet",
        "region=a%20b%2F%C3%A9%3D%25/day=2026-01-02/data.parquet",
    ]
    assert rows(project) == [
        (1, "2026-01-01", 5, "EU"),
        (2, "2026-01-02", 6, "a b/é=%"),
    ]
    part = marts(project) / "orders/region=EU/day=2026-01-01/data.parquet"
    schema = pq.ParquetFile(part).schema_arrow
    assert schema.names == ["order_id", "amount"]
    assert schema.metadata[b"description"] == b"All orders."
    table = pq.read_table(marts(project) / "orders").to_pylist()
    assert {row["region"] for row in table} == {"EU", "a b/é=%"}


def test_unchanged_parts_are_shared(tiny):
    """A part that is as before is the same file on disk; a gone one leaves nothing."""
    project = tiny(PROJECT | RELEASED)
    project.build()
    before = files(project)
    more = ROWS.replace(",6,", ",7,") + "3,2026-01-03,1,none\n"
    project.write({"seeds/raw_orders.csv": more})
    project.build()
    after = files(project)
    assert len(after) == 3
    assert "region=__HIVE_DEFAULT_PARTITION__/day=2026-01-03/data.parquet" in after
    shared = [path for path in before if after.get(path) == before[path]]
    assert shared == ["region=EU/day=2026-01-01/data.parquet"]
    assert rows(project)[1:] == [
        (2, "2026-01-02", 7, "a b/é=%"),
        (3, "2026-01-03", 1, None),
    ]
    other = "order_id,day,amount,region\n4,2026-01-04,1,EU\n"
    project.write({"seeds/raw_orders.csv": other})
    project.build()
    assert list(files(project)) == ["region=EU/day=2026-01-04/data.parquet"]


def test_a_damaged_part_is_not_handed_on(tiny):
    """A file of the last release that is not what was published is written anew."""
    project = tiny(PROJECT | RELEASED)
    project.build()
    part = marts(project) / "orders/region=EU/day=2026-01-01/data.parquet"
    data = part.read_bytes()
    part.chmod(0o644)
    part.write_bytes(data[:100] + b"\xff" + data[101:])
    project.write({"seeds/raw_orders.csv": ROWS + "3,2026-01-03,1,EU\n"})
    project.build()
    assert [row[0] for row in rows(project)] == [1, 2, 3]


def test_an_equal_build_publishes_nothing(tiny):
    """A mart in parts is compared with the last release's like any other."""
    project = tiny(PROJECT | RELEASED)
    project.build()
    first = project.result.release_id
    project.build()
    assert project.result.is_unchanged
    assert project.result.release_id == first


def test_no_rows_are_a_file_of_no_rows(tiny):
    """A mart in parts without rows has one file with its columns."""
    project = tiny(PROJECT | RELEASED)
    project.write(
        {"models/marts/orders.sql": ORDERS.rstrip() + "\n    where order_id = 0\n"}
    )
    project.build()
    (path,) = files(project)
    table = pq.ParquetFile(marts(project) / "orders" / path).read()
    assert (table.num_rows, table.schema.names) == (0, ["order_id", "amount"])


@pytest.mark.parametrize(
    ("by", "message"),
    [
        ("dya", 'names "dya", which is no column'),
        ("amount", 'it cannot be partitioned by "amount", which is DOUBLE'),
        ("empty", 'partition column "empty" is an empty text'),
        ("day,amount,empty", "it cannot be partitioned by"),
    ],
)
def test_what_no_folder_can_be_named_for(tmp_path, by, message):
    """A partition column that is not there, or does not fit into a name, is refused."""
    engine = DuckDB.open(None)
    columns = "1 as day, 2.5::double as amount, '' as empty"
    engine.execute(f"create table orders as select {columns}")
    relation = Relation(None, "main", "orders")
    mart = Mart(relation, "orders", partition_by=tuple(by.split(",")))
    with pytest.raises(ReleaseError, match=message):
        export_mart(engine, mart, tmp_path)
    engine.close()
