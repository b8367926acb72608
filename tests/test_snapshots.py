"""Snapshots: a history that only grows, in place and from release to release."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from tiny import PROJECT, RELEASED, STRICT, TinyProject

from warehouse.errors import ConfigError, ReleaseError

ROOT = Path(__file__).parent.parent
CHECKED = """\
    {% snapshot customers_history %}
    {{ config(
        unique_key='id', strategy='check', check_cols='all', hard_deletes='invalidate'
    ) }}
    select id, name from {{ ref('customers') }}
    {% endsnapshot %}
    """
NAMES = "select id, name, dbt_valid_to is null from customers_history order by all"


@pytest.fixture
def shop(tmp_path):
    """Return a tiny project with one snapshot of a seed."""
    project = TinyProject(tmp_path)
    project.write(
        {
            **PROJECT,
            "seeds/customers.csv": "id,name\n1,Ada\n2,Ben\n",
            "snapshots/customers.sql": CHECKED,
            "models/latest.sql": """\
                {{ config(materialized='table') }}
                select * from {{ ref('customers_history') }} where dbt_valid_to is null
                """,
        }
    )
    return project


def rename(project: TinyProject, name: str) -> None:
    """Give customer 1 another name."""
    project.write({"seeds/customers.csv": f"id,name\n1,{name}\n2,Ben\n"})


def test_a_change_ends_one_version_and_begins_another(shop):
    """A changed row gets a new version; one that stays the same does not."""
    shop.build()
    rename(shop, "Eve")
    shop.build()
    shop.build()
    assert shop.rows(NAMES) == [(1, "Ada", False), (1, "Eve", True), (2, "Ben", True)]
    ended, begun = shop.rows(
        "select dbt_valid_from, dbt_valid_to from customers_history where id = 1 "
        "order by dbt_valid_from"
    )
    assert ended[1] == begun[0]


def test_a_block_may_stand_in_yaml(shop):
    """A snapshot in YAML says what it takes under `relation`; its tests run."""
    shop.remove("snapshots/customers.sql")
    shop.write(
        {
            "snapshots/all.yml": """\
                snapshots:
                  - name: customers_history
                    relation: ref('customers')
                    config: {unique_key: [id], strategy: check, check_cols: [name]}
                    columns: [{name: id, data_tests: [not_null]}]
                """
        }
    )
    statuses = shop.build()
    assert statuses["not_null_customers_history_id"] == "pass"
    assert shop.rows(NAMES) == [(1, "Ada", True), (2, "Ben", True)]


def test_a_fault_in_a_block_is_told_at_the_line_of_its_file(shop):
    """The second snapshot of a file names its own lines."""
    shop.write(
        {
            "snapshots/customers.sql": dedent(CHECKED)
            + """
{% snapshot second %}
{{ config(unique_key='id', strategy='check', check_cols='all') }}
select id, nam
from {{ ref('customers') }}
{% endsnapshot %}
"""
        }
    )
    assert shop.build()["second"] == "error"
    assert shop.detail("second").startswith("snapshots/customers.sql:10:12: ")


def test_a_row_without_a_key_is_told(shop):
    """A NULL key, which would double the history run by run, is a warning."""
    shop.write({"seeds/customers.csv": "id,name\n1,Ada\n,Ben\n"})
    shop.build()
    (warning,) = shop.warnings()
    assert "customers_history has a row without a key: id = NULL" in warning


def test_a_strict_project_refuses_two_rows_of_one_key(shop):
    """A strict project's history is left as it was when keys do not tell rows apart."""
    shop.write(STRICT)
    shop.build()
    shop.write({"seeds/customers.csv": "id,name\n1,Ada\n1,Eve\n2,Ben\n"})
    assert shop.build()["customers_history"] == "error"
    assert "has 2 rows of one key: id = 1" in shop.detail("customers_history")
    assert shop.rows(NAMES) == [(1, "Ada", True), (2, "Ben", True)]


def test_a_custom_strategy_is_a_macro(shop):
    """`strategy: longer` calls the macro `snapshot_longer_strategy`."""
    shop.write(
        {
            "macros/longer.sql": """\
                {% macro snapshot_longer_strategy(node, old, new, config, exists) %}
                    {% do return({
                        'unique_key': 'id',
                        'updated_at': snapshot_get_time(),
                        'row_changed': 'len(' ~ new ~ '.name) > len(' ~ old ~ '.name)',
                        'scd_id': snapshot_hash_arguments(['id', snapshot_get_time()]),
                        'invalidate_hard_deletes': false,
                    }) %}
                {% endmacro %}
                """
        }
    )
    shop.edit("snapshots/customers.sql", "'check', check_cols='all'", "'longer'")
    shop.build()
    rename(shop, "Bo")
    shop.build()
    assert shop.rows(NAMES) == [(1, "Ada", True), (2, "Ben", True)]
    rename(shop, "Adele")
    shop.build()
    assert (1, "Adele", True) in shop.rows(NAMES)


def test_no_rows_of_an_empty_build_are_no_deletions(shop):
    """--empty leaves a history that is there alone."""
    shop.build()
    shop.build(options={"empty": True})
    assert shop.rows(NAMES) == [(1, "Ada", True), (2, "Ben", True)]


def test_a_release_carries_its_history_on(shop):
    """Releases hold the versions of all builds before; no change publishes nothing."""
    shop.write(RELEASED)
    shop.build()
    rename(shop, "Eve")
    shop.build()
    assert shop.built() == {"customers", "customers_history", "latest"}
    shop.build()
    assert shop.result.is_unchanged
    assert shop.built() == {"customers_history"}
    assert shop.rows(NAMES) == [(1, "Ada", False), (1, "Eve", True), (2, "Ben", True)]


def test_a_value_that_comes_back_is_a_new_version_downstream_too(shop):
    """What reads a history is built anew when its inputs are as they once were."""
    shop.write(RELEASED)
    shop.build()
    rename(shop, "Eve")
    shop.build("customers", "customers_history")
    rename(shop, "Ada")
    shop.build()
    assert "latest" in shop.built()
    assert len(shop.rows(NAMES)) == 4


def test_a_full_refresh_keeps_the_history(shop):
    """--full-refresh begins from nothing, but not the history."""
    shop.write(RELEASED)
    shop.build()
    rename(shop, "Eve")
    shop.build(options={"full_refresh": True})
    shop.build(options={"full_refresh": True})
    assert shop.rows(NAMES) == [(1, "Ada", False), (1, "Eve", True), (2, "Ben", True)]


def test_what_failed_builds_have_seen_stays(shop):
    """Versions taken in builds that failed are in the release that follows."""
    shop.write(RELEASED)
    shop.build()
    good = (shop.root / "models/latest.sql").read_text()
    shop.write(
        {"models/latest.sql": "{{ config(materialized='table') }} select error('no')"}
    )
    for name in ("Bo", "Cy"):
        rename(shop, name)
        assert shop.build()["latest"] == "error"
    rename(shop, "Di")
    assert shop.build(options={"full_refresh": True})["latest"] == "error"
    shop.write({"models/latest.sql": good})
    shop.build(options={"full_refresh": True})
    names = [name for _, name, _ in shop.rows(NAMES)]
    assert names == ["Ada", "Bo", "Cy", "Di", "Ben"]


def test_a_killed_build_neither_loses_nor_doubles(shop):
    """A process killed after a snapshot's commit leaves a history to go on with."""
    shop.write(RELEASED)
    shop.build()
    rename(shop, "Eve")
    shop.write(
        {
            "models/latest.sql": """\
                {{ config(materialized='table') }}
                select count(*) as n
                from {{ ref('customers_history') }}, range(100000000), range(100000)
                """
        }
    )
    build = subprocess.Popen(
        [sys.executable, "-m", "warehouse", "build", "--log-format", "json"],
        cwd=shop.root,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    for line in build.stdout:
        if "model.tiny.latest" in line:  # begun, so that the snapshot is committed
            break
    os.kill(build.pid, signal.SIGKILL)
    build.wait()
    shop.write({"models/latest.sql": "select 1 as x"})
    shop.build(options={"full_refresh": True})
    assert shop.rows(NAMES) == [(1, "Ada", False), (1, "Eve", True), (2, "Ben", True)]


def test_a_history_moves_with_its_snapshot(shop):
    """With a home, another alias takes the history along."""
    shop.write(RELEASED)
    shop.build()
    rename(shop, "Eve")
    shop.edit("snapshots/customers.sql", "config(", "config(alias='versions',")
    shop.build()
    found = shop.rows(NAMES.replace("customers_history", "versions"))
    assert found == [(1, "Ada", False), (1, "Eve", True), (2, "Ben", True)]
    assert "main.customers_history" not in shop.tables()


def test_a_history_outlives_its_snapshot(shop):
    """A snapshot that is taken away leaves its table, until another goes on with it."""
    shop.write(RELEASED)
    shop.build()
    shop.remove("snapshots/customers.sql")
    shop.write({"models/latest.sql": "select 1 as x"})
    shop.build()
    shop.build(options={"full_refresh": True})
    shop.write({"models/customers_history.sql": "select 1 as id"})
    assert shop.build()["customers_history"] == "error"
    shop.remove("models/customers_history.sql")
    rename(shop, "Eve")
    again = CHECKED.replace("customers_history", "other").replace(
        "config(", "config(alias='customers_history',"
    )
    shop.write({"snapshots/again.sql": again})
    shop.build()
    assert shop.rows(NAMES) == [(1, "Ada", False), (1, "Eve", True), (2, "Ben", True)]


def test_a_damaged_release_costs_no_history(shop):
    """The history comes from an older release, or the build refuses to begin anew."""
    shop.write(RELEASED)
    shop.build()
    rename(shop, "Eve")
    shop.build()
    database = shop.database.resolve()
    database.chmod(0o644)
    database.write_bytes(b"nothing")
    shop.build()
    assert shop.rows(NAMES) == [(1, "Ada", False), (1, "Eve", True), (2, "Ben", True)]
    for release in (shop.root / "data" / "releases").iterdir():
        (release / "warehouse.duckdb").unlink()
    with pytest.raises(ReleaseError, match="histories of snapshots cannot be read"):
        shop.build()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("strategy='check'", "strategy='chek'", 'did you mean "check"'),
        ("check_cols='all', ", "", "no `check_cols`"),
        ("unique_key='id', ", "", "no `unique_key`"),
        ("'invalidate'", "'drop'", 'has hard_deletes: "drop"'),
        ("strategy='check', ", "", "no `strategy`"),
        ("'check'", "'timestamp', updated_at='id'", "timestamp and a `check_cols`"),
    ],
)
def test_a_config_that_says_too_little_is_refused(shop, old, new, told):
    """What a snapshot lacks is told before anything runs."""
    shop.edit("snapshots/customers.sql", old, new)
    with pytest.raises(ConfigError) as refused:
        shop.build()
    assert told in str(refused.value)
