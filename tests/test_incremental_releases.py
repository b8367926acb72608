"""Incremental models from release to release: one step on, whatever happens between."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tiny import PROJECT, RELEASED, TinyProject

from warehouse.errors import ReleaseError

ROOT = Path(__file__).parent.parent
LOG = """\
    {{ config(materialized='incremental', incremental_strategy='append') }}
    select id, amount from {{ ref('raw') }}
    """
KEYED = """\
    {{ config(materialized='incremental', unique_key='id') }}
    select id, amount from {{ ref('raw') }}
    {% if is_incremental() %} where id > 0 {% endif %}
    """
TOTAL = """\
    {{ config(materialized='table') }}
    select sum(amount) as amount from {{ ref('log') }}
    """
BROKEN = "{{ config(materialized='table') }} select error('no') from {{ ref('log') }}"
SLOW = """\
    {{ config(materialized='table') }}
    select count(*) as n from {{ ref('log') }}, range(100000000), range(100000)
    """
ROWS = "select id, amount from log order by all"


@pytest.fixture
def shop(tmp_path):
    """Return a tiny released project whose model `log` adds all rows at every run."""
    project = TinyProject(tmp_path)
    project.write(
        {
            **PROJECT,
            **RELEASED,
            "seeds/raw.csv": "id,amount\n1,10\n",
            "models/log.sql": LOG,
            "models/total.sql": TOTAL,
        }
    )
    return project


def test_each_release_goes_one_step_on(shop):
    """A model that adds all rows adds them once a release."""
    for count in (1, 2, 3):
        shop.build()
        assert shop.rows(ROWS) == [(1, 10)] * count
        assert shop.rows("from total") == [(10 * count,)]


def test_a_run_that_changes_nothing_publishes_nothing(shop):
    """Equal rows under their keys leave the release, and what is downstream, alone."""
    shop.write({"models/log.sql": KEYED})
    shop.build()
    shop.build()
    assert shop.result.is_unchanged
    assert shop.built() == {"log"}
    shop.write({"seeds/raw.csv": "id,amount\n1,10\n2,20\n"})
    shop.build()
    assert not shop.result.is_unchanged
    assert shop.built() == {"raw", "log", "total"}
    assert shop.rows("from total") == [(30,)]
    shop.build()
    assert shop.result.is_unchanged
    shop.write({"seeds/raw.csv": "id,amount\n1,11\n"})
    shop.build()
    assert shop.rows(ROWS) == [(1, 11), (2, 20)]


@pytest.mark.parametrize("first", [True, False])
def test_failed_builds_do_not_add_up(shop, first):
    """A build that fails after the model, and goes on later, adds its rows once."""
    if not first:
        shop.build()
    before = [] if first else [(1, 10)]
    shop.write({"models/total.sql": BROKEN, "seeds/raw.csv": "id,amount\n2,20\n"})
    assert shop.build()["total"] == "error"
    assert shop.build()["total"] == "error"
    assert "log" not in shop.built()  # done already, from the same to the same
    shop.write({"seeds/raw.csv": "id,amount\n3,30\n"})
    assert shop.build()["total"] == "error"
    assert "log" in shop.built()
    shop.write({"models/total.sql": TOTAL})
    assert shop.build()["total"] == "success"
    assert shop.rows(ROWS) == [*before, (3, 30)]


def test_partial_builds_do_not_add_up(shop):
    """Builds of the model alone prepare one step, however many they are."""
    shop.build()
    shop.write({"seeds/raw.csv": "id,amount\n2,20\n"})
    for _ in range(3):
        shop.build("log", publishes=False)
    shop.build(options={"empty": True})
    shop.build()
    assert shop.rows(ROWS) == [(1, 10), (2, 20)]


def test_a_volatile_model_does_not_add_up_either(shop):
    """What cannot be known to be the same is done again, from the published rows."""
    shop.write(
        {"models/log.sql": LOG.replace("amount from", "year(now()) as amount from")}
    )
    shop.write({"models/total.sql": BROKEN})
    for _ in range(2):
        assert shop.build()["total"] == "error"
    shop.write({"models/total.sql": TOTAL})
    shop.build()
    assert shop.rows("select count(*) from log") == [(1,)]
    shop.build()
    assert shop.rows("select count(*) from log") == [(2,)]


def test_a_refresh_begins_from_nothing_even_when_it_fails_first(shop):
    """A failed refresh is gone on with; `full_refresh: false` keeps the rows."""
    shop.write(
        {"models/kept.sql": LOG.replace("append'", "append', full_refresh=false")}
    )
    shop.build()
    shop.build()
    shop.write({"models/total.sql": BROKEN})
    assert shop.build(options={"full_refresh": True})["total"] == "error"
    shop.write({"models/total.sql": TOTAL})
    shop.build()
    assert shop.rows(ROWS) == [(1, 10)]
    assert shop.rows("select count(*) from kept") == [(3,)]
    shop.build("log", options={"full_refresh": True})
    shop.build()
    assert shop.rows(ROWS) == [(1, 10)]


def test_constraints_come_back_with_the_rows(shop):
    """A table that is taken from the release again has its constraints."""
    shop.write(
        {
            "models/log.sql": LOG.replace(
                "append'", "append', contract={'enforced': true}"
            ),
            "models/_models.yml": """\
                models:
                  - name: log
                    columns:
                      - {name: id, data_type: integer, constraints: [{type: not_null}]}
                      - {name: amount, data_type: integer}
                """,
        }
    )
    shop.build()
    shop.write({"models/total.sql": BROKEN, "seeds/raw.csv": "id,amount\n2,20\n"})
    shop.build()
    shop.write({"models/total.sql": TOTAL, "seeds/raw.csv": "id,amount\n3,30\n"})
    shop.build()
    assert shop.rows(ROWS) == [(1, 10), (3, 30)]
    nulls = "select is_nullable from duckdb_columns() where table_name = 'log'"
    assert shop.rows(nulls) == [(False,), (True,)]


@pytest.mark.parametrize("first", [True, False])
def test_a_killed_build_neither_loses_nor_doubles(shop, first):
    """A process killed after the model's commit has added nothing that counts."""
    if not first:
        shop.build()
    before = [] if first else [(1, 10)]
    shop.write({"models/total.sql": SLOW, "seeds/raw.csv": "id,amount\n2,20\n"})
    build = subprocess.Popen(
        [sys.executable, "-m", "warehouse", "build", "--log-format", "json"],
        cwd=shop.root,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    for line in build.stdout:
        if "model.tiny.total" in line:  # begun, so that the log is committed
            break
    os.kill(build.pid, signal.SIGKILL)
    build.wait()
    states = shop.root / "data/candidate/nodes.jsonl"
    lines = states.read_text().splitlines(keepends=True)
    own = [line for line in lines if "model.tiny.log" in line]
    states.write_text("".join(line for line in lines if line != own[-1]))
    shop.write({"models/total.sql": TOTAL})
    shop.build()
    assert shop.rows(ROWS) == [*before, (2, 20)]


def test_a_damaged_release_is_not_replaced_by_less(shop):
    """What grew over builds is built from nothing only when that is said."""
    shop.build()
    shop.build()
    database = shop.database.resolve()
    database.chmod(0o644)
    database.write_bytes(database.read_bytes()[:4096])
    with pytest.raises(ReleaseError, match="only grew from build to build"):
        shop.build()
    shop.build(options={"full_refresh": True})
    assert shop.rows(ROWS) == [(1, 10)]


def test_after_a_rollback_models_go_on_from_what_readers_see(shop):
    """The next release adds to the one that is current, not to the newest."""
    shop.build()
    shop.write({"seeds/raw.csv": "id,amount\n2,20\n"})
    shop.build()
    done = subprocess.run(
        [sys.executable, "-m", "warehouse", "rollback"],
        cwd=shop.root,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    shop.write({"seeds/raw.csv": "id,amount\n3,30\n"})
    shop.build()
    assert shop.rows(ROWS) == [(1, 10), (3, 30)]
