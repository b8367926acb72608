"""--defer, --empty and --sample: what stands in for a relation."""

import shutil

import duckdb
import pytest

from warehouse.errors import UsageError

MODELS = {
    "models/a.sql": "{{ config(materialized='table') }} select 1 as id",
    "models/b.sql": """\
        {{ config(materialized='table') }}
        select id, 'b' as name from {{ ref('a') }}
        """,
    "models/_models.yml": """\
        models: [{name: b, columns: [{name: id, data_tests: [unique]}]}]
        """,
}
PROD = """\
    tiny:
      target: dev
      outputs:
        prod: {type: duckdb, path: prod.duckdb}
        dev:
          {type: duckdb, path: tiny.duckdb, attach: [{path: prod.duckdb}]}
    """


def test_what_is_not_there_is_read_where_state_built_it(tiny):
    """--defer reads an earlier run's table; --favor-state does so in any case."""
    project = tiny({**MODELS, "profiles.yml": PROD})
    duckdb.connect(str(project.root / "prod.duckdb")).close()
    project.build(options={"target": "prod"})
    state = project.root / "before"
    shutil.copytree(project.root / "target", state)
    options = {"defer": True, "state": state}
    assert project.build("b", options=options) == {
        "b": "success",
        "unique_b_id": "pass",
    }
    assert project.rows("from b") == [(1, "b")]
    project.edit("models/a.sql", "1 as id", "2 as id")
    project.build("a")
    project.build("b", options=options)
    assert project.rows("select id from b") == [(2,)]
    project.build("b", options={**options, "favor_state": True})
    assert project.rows("select id from b") == [(1,)]
    with pytest.raises(UsageError, match="needs an earlier run"):
        project.build("b", options={"defer": True})


def test_an_empty_build_reads_no_rows(tiny):
    """--empty builds every table without rows, with its columns and types."""
    project = tiny(MODELS)
    assert set(project.build(options={"empty": True}).values()) == {"success", "pass"}
    assert project.rows("select count(*) from b") == [(0,)]
    assert project.rows("select count(*) from a") == [(1,)]


def test_a_sample_reads_a_span_of_time(tiny):
    """--sample takes the rows of a span from what has an `event_time`."""
    project = tiny(
        {
            "models/a.sql": """\
                {{ config(materialized='table', event_time='seen') }}
                select now()::timestamp - interval 1 hour * i as seen
                from range(100) t(i)
                """,
            "models/b.sql": "{{ config(materialized='table') }} from {{ ref('a') }}",
            "models/c.sql": "{{ config(materialized='table') }} from {{ ref('b') }}",
        }
    )
    project.build(options={"sample": "2 days"})
    ((rows,),) = project.rows("select count(*) from b")
    assert 40 < rows < 60
    assert project.rows("select count(*) from c") == [(rows,)]
    with pytest.raises(UsageError, match="no time span"):
        project.build(options={"sample": "some"})


def test_a_part_of_the_rows_is_not_published(released):
    """A build of a part of the rows never becomes a release."""
    project = released(MODELS)
    project.build(options={"empty": True})
    assert project.result.release_id is None
    project.build()
    assert project.rows("select count(*) from b") == [(1,)]
