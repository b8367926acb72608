"""--defer, --empty and --sample build what dbt builds with them."""

import shutil

import pytest

pytestmark = pytest.mark.slow
FILES = {
    "profiles.yml": """\
        tiny:
          target: dev
          outputs:
            prod: {type: duckdb, path: prod.duckdb, threads: 1}
            dev:
              type: duckdb
              path: tiny.duckdb
              threads: 1
              attach: [{path: prod.duckdb}]
        """,
    "models/a.sql": """\
        {{ config(materialized='table', event_time='seen') }}
        select '2024-01-01'::timestamp + interval 1 day * i as seen from range(9) t(i)
        """,
    "models/b.sql": "{{ config(materialized='table') }} select * from {{ ref('a') }}",
    "models/_models.yml": """\
        models: [{name: b, columns: [{name: seen, data_tests: [unique]}]}]
        """,
}


def test_parts_of_the_rows_are_those_of_dbt(both):
    """An empty build and a sample have the same tables and statuses."""
    both.write({k: v for k, v in FILES.items() if k != "profiles.yml"})
    both.same("build", "--empty")
    both.same("run", "--sample", "{'start': '2024-01-02', 'end': '2024-01-05'}")


def test_deferred_references_are_read_where_dbt_reads_them(both):
    """What is not built is read from the state's database; with favour in any case."""
    both.write(FILES)
    both.run("build", "--target", "prod")
    for root in (both.ours, both.theirs):
        shutil.copytree(root / "target", root / "before")
    both.same("build", "--select", "b", "--defer", "--state", "before")
    both.write({"models/a.sql": FILES["models/a.sql"].replace("range(9)", "range(3)")})
    both.same("run", "--select", "a")
    words = ("run", "--select", "b", "--defer", "--state", "before")
    both.same(*words)
    both.same(*words, "--favor-state")
