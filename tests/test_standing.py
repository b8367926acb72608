"""A build that only reuses: told without a database, and never where more is to do."""

import json
import subprocess
import sys

import pytest

from warehouse.errors import ConfigError
from warehouse.release.home import Home

FILES = {
    "seeds/raw.csv": "id,day,amount\n1,2026-01-01,10\n2,2026-01-02,20\n",
    "models/staging.sql": "select id, day, amount from {{ ref('raw') }}\n",
    "models/marts/daily.sql": """
        {{ config(materialized='table') }}
        select day, sum(amount)::bigint as amount from {{ ref('staging') }} group by day
        """,
    "models/models.yml": """
        models:
          - name: daily
            description: One row per day.
            columns: [{name: day, data_tests: [unique]}]
        exposures:
          - {name: page, type: dashboard, owner: {name: us}, depends_on: [ref('daily')]}
        """,
}
TABLE = "{{ config(materialized='table') }} select %s as a\n"
BUILD = """\
import sys
from warehouse.cli import main

code = main(["build", *sys.argv[1:]])
print([name for name in ("duckdb", "pyarrow") if name in sys.modules])
sys.exit(code)
"""


@pytest.fixture
def project(released):
    made = released(FILES)
    assert set(made.build().values()) <= {"success", "pass", "no-op"}
    return made


def releases(project):
    return Home(project.root / "data").release_ids()


def test_a_comment_opens_no_database(project):
    """Comments and layout change no table: what is published is found to be true."""
    before = releases(project)
    project.edit("models/staging.sql", "select id", "-- a word\nselect    id")
    done = subprocess.run(
        [sys.executable, "-c", BUILD],
        cwd=project.root,
        capture_output=True,
        text=True,
        check=True,
    )
    *said, imported = done.stdout.splitlines()
    assert "3 reused, 1 test passed; nothing changed" in said[-1]
    assert imported == "[]"
    assert releases(project) == before
    run = max((project.root / "data/runs").iterdir())
    results = json.loads((run / "run_results.json").read_text())["results"]
    assert {r["unique_id"]: r["status"] for r in results} == {
        "seed.tiny.raw": "success",
        "model.tiny.staging": "success",
        "model.tiny.daily": "success",
        "test.tiny.unique_daily_day.a5b5177e69": "pass",
        "exposure.tiny.page": "no-op",
    }
    events = map(json.loads, (run / "log.jsonl").read_text().splitlines())
    reused = [e["node_id"] for e in events if e.get("is_reused")]
    assert len(reused) == 4


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("models/models.yml", "One row per day.", "One row per calendar day."),
        ("models/models.yml", "[unique]", "[unique, not_null]"),
        ("models/models.yml", "[unique]", "[]"),
        ("models/marts/daily.sql", "materialized='table'", "materialized='view'"),
        ("models/marts/daily.sql", "'table'", "'table', partition_by='day'"),
        ("models/staging.sql", "select id", "select id + 0 as id"),
        ("seeds/raw.csv", "2,2026-01-02,20", "2,2026-01-02,21"),
        ("pyproject.toml", "home = 'data'", "home = 'data'\nexport = 'staging'"),
    ],
)
def test_what_changes_a_release_is_published(project, path, old, new):
    """A table, its description, its tests, or the files in which it leaves."""
    before = releases(project)
    project.edit(path, old, new)
    project.build()
    assert len(releases(project)) == len(before) + 1


def test_what_is_gone_goes(project):
    """A model that was taken away is dropped in the next release."""
    before = releases(project)
    project.write({"models/other.sql": "select 1 as a\n"})
    project.build()
    project.remove("models/other.sql")
    project.build()
    assert len(releases(project)) == len(before) + 2
    assert not project.rows("select 1 from duckdb_views() where view_name = 'other'")


def test_what_a_failed_build_left_goes(project):
    """Where all is put back as it is published, the candidate is not gone on with."""
    broken = "{{ config(materialized='table') }} select error('no') as a\n"
    before = releases(project)
    project.write({"models/broken.sql": broken})
    project.edit("models/staging.sql", "select id", "select id + 0 as id")
    assert project.build()["broken"] == "error"
    project.remove("models/broken.sql")
    assert (project.root / "data/candidate").exists()
    project.edit("models/staging.sql", "select id + 0 as id", "select id")
    project.build()
    assert project.result.is_unchanged
    assert project.built() == {"page"}  # an exposure: there is nothing to run
    assert not (project.root / "data/candidate").exists()
    assert releases(project) == before


def test_what_holds_more_is_gone_on_with(project):
    """A build goes on from the release where that is nearer to what is wanted."""
    unit_test = (
        "unit_tests: [{name: one, model: daily, given: [{input: ref('staging'), "
        "rows: []}], expect: {rows: []}}]\n"
    )
    project.write({"models/unit.yml": unit_test})
    project.build()
    broken = "{{ config(materialized='table') }} select error('no') as a\n"
    project.write({"models/broken.sql": broken})
    project.edit("seeds/raw.csv", "02,20", "02,21")
    project.build()
    assert {"raw", "daily", "broken"} <= project.built()
    project.remove("models/broken.sql")
    project.build("raw", publishes=False)  # a part goes on with what was left
    assert project.built() == set()
    project.edit("seeds/raw.csv", "02,21", "02,20")
    project.build()
    assert project.built() == {"one", "page"}  # a unit test runs every time


def test_dear_work_is_not_dropped_for_cheap(project):
    """What was left is dropped only where nothing of it would have to run again."""
    project.write({f"models/t{n}.sql": TABLE % n for n in range(3)})
    project.build()
    for n in range(3):
        project.edit(f"models/t{n}.sql", f"select {n}", f"select 1{n}")
    project.build("t0", "t1", "t2", publishes=False)
    for n in range(2):
        project.edit(f"models/t{n}.sql", f"select 1{n}", f"select {n}")
    project.build()
    assert project.built() == {"t0", "t1", "page"}


def test_what_hooks_wrote_is_not_dropped(project):
    """Nobody can write again what a hook has written."""
    hook = "create table if not exists audit(a int); insert into audit values (1)"
    text = TABLE.replace("'table'", f"'table', post_hook='{hook}'")
    project.write({"models/t.sql": text % 1})
    project.build()
    project.edit("models/marts/daily.sql", "sum(amount)", "max(amount)")
    project.build("daily", "t", publishes=False)
    project.edit("models/marts/daily.sql", "max(amount)", "sum(amount)")
    project.build()
    assert project.rows("select count(*) from audit") == [(3,)]


def test_a_history_is_not_dropped(released):
    """A candidate that holds a version which no release has yet is gone on with."""
    snapshot = """
        {% snapshot kept %}
        {{ config(strategy='check', unique_key='id', check_cols='all') }}
        select id, amount from {{ ref('raw') }}
        {% endsnapshot %}
        """
    seed = "id,amount\n1,10\n"
    project = released({"seeds/raw.csv": seed, "snapshots/kept.sql": snapshot})
    project.build()
    project.write({"seeds/raw.csv": "id,amount\n1,11\n"})
    project.write({"models/broken.sql": "select error('no') as a\n"})
    project.edit(
        "models/broken.sql", "select", "{{ config(materialized='table') }} select"
    )
    assert project.build()["kept"] == "success"
    assert not project.result.ok
    project.remove("models/broken.sql")
    project.write({"seeds/raw.csv": seed})
    project.build()
    assert project.result.ok
    assert project.rows("select amount from kept order by dbt_valid_from") == [
        (10,), (11,), (10,),
    ]  # fmt: skip


def test_a_history_of_what_is_switched_off_is_not_dropped(released):
    """A snapshot that the project has not at this moment keeps what it has taken."""
    snapshot = """
        {% snapshot kept %}
        {{ config(strategy='check', unique_key='id', check_cols='all',
                  enabled=var('kept', true)) }}
        select id, amount from {{ ref('raw') }}
        {% endsnapshot %}
        """
    project = released({"seeds/raw.csv": "id,amount\n1,10\n"})
    project.build()
    project.write({"snapshots/kept.sql": snapshot})
    project.build("kept", publishes=False)
    project.build(options={"vars": {"kept": False}})
    project.write({"seeds/raw.csv": "id,amount\n1,11\n"})
    project.build()
    assert project.rows("select amount from kept order by dbt_valid_from") == [
        (10,), (11,),
    ]  # fmt: skip


def test_a_damaged_release_is_built_anew(project):
    """A release that lacks a byte is not what is published."""
    database = project.root / "data/current/warehouse.duckdb"
    database.chmod(0o644)
    with database.open("r+b") as file:
        file.truncate(database.stat().st_size - 1)
    project.build()
    assert {"raw", "staging", "daily"} <= project.built()


MATERIALIZATION = """\
{% materialization table, adapter='duckdb' %}
  {% call statement('main') %}
    create or replace table {{ this }} as select 99 as day, 99 as amount
  {% endcall %}
  {{ return({'relations': [this]}) }}
{% endmaterialization %}
"""


def test_a_materialization_of_the_projects_own_runs(project):
    """What a macro of the project builds is not what stands."""
    project.write({"macros/mat.sql": MATERIALIZATION})
    project.build()
    assert "daily" in project.built()
    assert project.rows("from main.daily") == [(99, 99)]


def test_a_setting_of_the_profile_counts(released):
    """Half of five is not what it was, though no file of SQL changed."""
    profile = (
        "tiny: {{target: a, outputs: {{a: {{type: duckdb, path: tiny.duckdb, "
        "settings: {{{}}}}}}}}}\n"
    )
    project = released(
        {
            "dbt_project.yml": "name: tiny\nprofile: tiny\n",
            "profiles.yml": profile.format(""),
            "models/half.sql": "{{ config(materialized='table') }} select 5 / 2 as a\n",
        }
    )
    project.build()
    assert project.rows("from half") == [(2.5,)]
    project.write({"profiles.yml": profile.format("integer_division: true")})
    project.build()
    assert project.rows("from half") == [(2,)]
    limited = profile.format("integer_division: true, memory_limit: 900MB")
    project.write({"profiles.yml": limited})
    project.build()
    assert project.built() == set()


def test_what_opening_refuses_is_refused(project, tmp_path):
    """A seed that leads outside is an error, though its bytes are the same."""
    seed = project.root / "seeds/raw.csv"
    outside = tmp_path / "outside.csv"
    seed.rename(outside)
    seed.symlink_to(outside)
    with pytest.raises(ConfigError, match="leads outside the project"):
        project.build()


def test_a_fault_beside_the_selection_is_its_readers(project):
    """A view that does not compile, and is not selected, stops only who reads it."""
    project.write({"models/other.sql": "{{ config(materialized='table') }} select 1\n"})
    project.build()
    project.edit("models/staging.sql", "select id", "{{ nothing() }} select id")
    project.edit("models/other.sql", "select 1", "select 2")
    statuses = project.build("daily", "other")
    assert (statuses["daily"], statuses["other"]) == ("error", "success")
