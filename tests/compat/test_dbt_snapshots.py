"""Snapshots, compared with dbt's after every change of what they read."""

from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pytest

pytestmark = pytest.mark.slow

SNAPSHOTS = """\
    {% snapshot by_time %}
    {{ config(
        target_schema='history', unique_key='id', strategy='timestamp',
        updated_at='changed_at', invalidate_hard_deletes=true
    ) }}
    select * from {{ ref('customers') }}
    {% endsnapshot %}

    {% snapshot by_columns %}
    {{ config(
        schema='kept', alias='columns_of_customers', unique_key=['id', 'city'],
        strategy='check', check_cols='all'
    ) }}
    select * from {{ ref('cleaned') }}
    {% endsnapshot %}
    """
IN_YAML = """\
    snapshots:
      - name: marked
        relation: ref('customers')
        description: Every version of a customer
        config:
          unique_key: id
          strategy: check
          check_cols: [name, city]
          hard_deletes: new_record
          dbt_valid_to_current: "'9999-12-31'::timestamp"
          snapshot_meta_column_names:
            dbt_valid_from: begins_at
            dbt_valid_to: ends_at
            dbt_scd_id: version_id
            dbt_updated_at: seen_at
            dbt_is_deleted: is_gone
          persist_docs: {relation: true, columns: true}
        columns:
          - name: id
            description: Who it is
            data_tests: [not_null]
      - name: timed
        relation: source('raw', 'customers')
        config:
          unique_key: [id]
          strategy: timestamp
          updated_at: changed_at
          hard_deletes: new_record
    """
FILES = {
    "models/sources.yml": """\
        sources:
          - name: raw
            schema: main
            tables: [{name: customers}]
        """,
    "models/cleaned.sql": """\
        {{ config(materialized='ephemeral') }}
        select id, trim(name) as name, city from {{ ref('customers') }}
        """,
    "models/current.sql": """\
        select id, name from {{ ref('by_time') }} where dbt_valid_to is null
        """,
    "snapshots/customers.sql": SNAPSHOTS,
    "snapshots/marked.yml": IN_YAML,
}
HEAD = "id,name,city,changed_at"
STEPS = (
    [HEAD, "1,Ada,Rome,2024-01-01 00:00:00", "2,Ben,Oslo,2024-01-01 00:00:00"],
    [HEAD, "1,Ada,Rome,2024-01-01 00:00:00", "2,Ben,Oslo,2024-01-01 00:00:00"],
    # one changes, one is new, one is gone
    [HEAD, "1,Eve,Rome,2024-02-01 00:00:00", "3,Cy,Bonn,2024-01-15 00:00:00"],
    # one comes back, one has no city, one says a time before its last
    [HEAD, "1,Eva,Rome,2024-01-20 00:00:00", "2,Ben,,2024-03-01 00:00:00"],
    # a column is added
    [
        HEAD + ",score",
        "1,Eva,Rome,2024-04-01 00:00:00,0.5",
        "2,Ben,,2024-03-01 00:00:00,",
    ],
)


def told(value: Any, moments: dict[datetime, str]) -> Any:
    """Return a value with the times of the runs replaced by their order."""
    return moments.get(value, value) if isinstance(value, datetime) else value


def history(path: str, table: str, key: str, names: dict[str, str]) -> list[Any]:
    """Return a snapshot's rows, whose ids are checked and left out."""
    updated, scd_id = names["dbt_updated_at"], names["dbt_scd_id"]
    with duckdb.connect(path, read_only=True) as connection:
        rows = connection.execute(f"from {table}").fetchall()
        columns = [column[0] for column in connection.description]
        wrong = connection.execute(
            f"select count(*) from {table} where {scd_id} <> md5({key} || '|' || "
            f"coalesce({updated}::varchar, ''))"
        ).fetchall()
        if names["dbt_is_deleted"] not in columns:
            assert wrong == [(0,)]
    recent = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=1)
    times = {v for row in rows for v in row if isinstance(v, datetime)}
    runs = sorted(t for t in times if recent < t < recent + timedelta(days=2))
    moments = {time: f"run {number}" for number, time in enumerate(runs)}
    place = columns.index(scd_id)
    told_rows = [[told(v, moments) for v in row] for row in rows]
    for row in told_rows:
        del row[place]
    return sorted(map(repr, told_rows))


PLAIN = {
    name: name
    for name in (
        "dbt_valid_from", "dbt_valid_to", "dbt_scd_id", "dbt_updated_at",
        "dbt_is_deleted",
    )
}  # fmt: skip
OWN = {**PLAIN, "dbt_scd_id": "version_id", "dbt_updated_at": "seen_at"}
OWN |= {"dbt_is_deleted": "is_gone"}
TABLES = {
    "history.by_time": ("id", PLAIN),
    "main_kept.columns_of_customers": ("id || '|' || coalesce(city, '')", PLAIN),
    "main.marked": ("id", OWN),
    "main.timed": ("id", PLAIN),
}


def test_histories_are_the_same_after_every_change(both):
    """Both strategies, all ways of deletion, names of columns, an added column."""
    both.write(FILES)
    for number, rows in enumerate(STEPS):
        both.write({"seeds/customers.csv": "\n".join(rows) + "\n"})
        assert [o.code for o in both.run("seed", "--full-refresh")] == [0, 0]
        ours, theirs = both.run("build")
        assert ours.statuses() == theirs.statuses(), ours.out + theirs.out
        mine, its = ours.tables(), theirs.tables()
        assert {k: v["columns"] for k, v in mine.items()} == {
            k: v["columns"] for k, v in its.items()
        }
        for table, (key, names) in TABLES.items():
            found = [
                history(str(o.folder / "tiny.duckdb"), table, key, names)
                for o in (ours, theirs)
            ]
            assert found[0] == found[1], (number, table)
        if number == 0:
            check_manifest(ours, theirs)
            check_selection(both)


def check_manifest(ours, theirs):
    """Ids, folders, names and edges are dbt's."""
    keys = ("unique_id", "fqn", "schema", "alias", "name", "resource_type", "language")
    found = [
        {
            unique_id: [*(node[key] for key in keys), node["depends_on"]["nodes"]]
            for unique_id, node in outcome.artefact("manifest")["nodes"].items()
            if node["resource_type"] == "snapshot"
        }
        for outcome in (ours, theirs)
    ]
    assert found[0] == found[1]


def check_selection(both):
    """Snapshots are chosen by type, file, folder and edge; the command runs them."""
    for words in (
        ["--resource-type", "snapshot"],
        ["--select", "resource_type:snapshot"],
        ["--select", "config.strategy:check"],
        ["--select", "customers"],
        ["--select", "customers.by_time+"],
        ["--select", "+marked"],
        ["--select", "file:customers.sql"],
        ["--select", "config.materialized:snapshot"],
    ):
        both.same_list(*words)
    ours, theirs = both.run("snapshot", "--select", "marked", "by_time")
    assert ours.statuses() == theirs.statuses()
