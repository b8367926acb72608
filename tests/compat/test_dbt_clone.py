"""`clone`, compared with dbt's."""

import shutil

import duckdb
import pytest

pytestmark = pytest.mark.slow

FILES = {
    "profiles.yml": """\
        tiny:
          target: dev
          outputs:
            dev:
              type: duckdb
              path: tiny.duckdb
              threads: 1
              attach: [{path: prod.duckdb, alias: prod}]
            prod: {type: duckdb, path: prod.duckdb, threads: 1}
        """,
    "seeds/s.csv": "n\n1\n2\n",
    "models/a.sql": "{{ config(materialized='table') }} select n from {{ ref('s') }}",
    "models/b.sql": "select n + 1 as m from {{ ref('a') }}",
    "models/e.sql": "{{ config(materialized='ephemeral') }} select 1 as x",
    "models/own.sql": "{{ config(schema='own') }} select x from {{ ref('e') }}",
    "snapshots/h.yml": """\
        snapshots:
          - name: h
            relation: ref('a')
            config: {unique_key: n, strategy: check, check_cols: all}
        """,
}


def standing(outcome):
    """Return what stands in the target's database, and how many rows it shows."""
    with duckdb.connect(str(outcome.folder / "tiny.duckdb")) as connection:
        path = outcome.folder / "prod.duckdb"
        connection.execute(f"attach '{path}' as prod (read_only)")
        found = connection.execute(
            "select table_type, table_schema || '.' || table_name "
            "from information_schema.tables where table_catalog = 'tiny' order by all"
        ).fetchall()
        return [
            (*row, connection.execute(f"select count(*) from {row[1]}").fetchall())
            for row in found
        ]


def test_clones_are_the_same(both):
    """Views of production; what exists stays, until --full-refresh."""
    both.write(FILES)
    assert [o.code for o in both.run("build", "--target", "prod")] == [0, 0]
    for folder in (both.ours, both.theirs):
        shutil.copytree(folder / "target", folder / "state")
    both.write({"models/new.sql": "select 1 as x"})
    for words in (
        ["clone", "--state", "state"],
        ["run", "--select", "a"],
        ["clone", "--state", "state"],
        ["clone", "--state", "state", "--full-refresh", "--select", "a", "h"],
    ):
        ours, theirs = both.run(*words)
        assert ours.code == theirs.code == 0, ours.out + theirs.out
        assert ours.statuses() == theirs.statuses()
        assert standing(ours) == standing(theirs)
