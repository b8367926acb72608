"""`retry`: the last request again, for what failed or never began."""

import json

import pytest
from tiny import PROJECT, RELEASED, TinyProject

from warehouse.cli import main

FIRST = "{{ config(materialized='table') }} select 1 as id"
SHAKY = """\
{{ config(materialized='table') }}
select case when id > 0 then error('no') end as x from {{ ref('first') }}
"""
SOUND = "select 1 as x from {{ ref('first') }}"


@pytest.fixture
def tiny(tmp_path):
    """Write a project of two models, of which the second fails."""
    project = TinyProject(tmp_path)
    project.write(PROJECT)
    project.write({"models/first.sql": FIRST, "models/shaky.sql": SHAKY})
    return project


@pytest.fixture
def run(tiny, capsys):
    """Run a command in this process; return its exit code and what it printed."""

    def command(*words):
        code = main([*words, "--project-dir", str(tiny.root)])
        said = capsys.readouterr()
        return code, said.out + said.err

    return command


def results(folder):
    return json.loads((folder / "run_results.json").read_text())


def test_without_a_run_there_is_nothing_to_go_by(run):
    """The message says what makes the first run."""
    code, said = run("retry")
    assert code == 2
    assert "no run to retry" in said


def test_retry_runs_what_failed_and_what_waited_for_it(tiny, run):
    """In place a retry runs the failed model and the skipped one behind it, as dbt."""
    tiny.write({"models/after.sql": "from {{ ref('shaky') }}"})
    assert run("build")[0] == 1
    assert run("retry")[0] == 1
    tiny.write({"models/shaky.sql": SOUND})
    lines = run("retry")[1].splitlines()
    assert [line.split()[-1] for line in lines[:2]] == ["shaky", "after"]
    assert lines[-1].startswith("built 2 nodes")
    assert run("retry") == (0, "nothing to retry: nothing failed or was skipped\n")


def test_retry_asks_for_what_the_last_command_was_asked(tiny, run):
    """Selection and variables are the last run's; a flag of its own wins."""
    tiny.write(RELEASED)
    assert run("run", "--select", "first+", "--vars", "{day: 1}")[0] == 1
    assert run("retry")[0] == 1
    args = results(max((tiny.root / "data/runs").iterdir()))["args"]
    assert args["which"] == "run"
    assert args["select"] == ["first+"]
    assert args["vars"] == {"day": 1}
    tiny.write({"models/shaky.sql": SOUND})
    code, said = run("retry", "--vars", "{day: 2}")
    assert code == 0
    assert "nothing was published" in said
    args = results(max((tiny.root / "data/runs").iterdir()))["args"]
    assert args["vars"] == {"day": 2}


def test_retry_of_a_build_from_nothing_begins_with_nothing_twice(tiny, run):
    """What `--full-refresh` had built is reused; what stood before it is not."""
    tiny.write(RELEASED)
    tiny.write({"models/shaky.sql": SOUND})
    assert run("build")[0] == 0
    tiny.write({"models/shaky.sql": SHAKY, "models/last.sql": FIRST})
    assert run("build", "--full-refresh")[0] == 1
    tiny.write({"models/shaky.sql": SOUND})
    code, said = run("retry")
    assert code == 0
    assert said.splitlines()[0].split()[:2] == ["3/3", "ok"]  # the only line of a node
    assert "1 ran, 2 reused" in said


def test_retry_goes_by_the_results_that_state_names(tiny, run):
    """`--state` names the folder of another run's artefacts."""
    assert run("build")[0] == 1
    (tiny.root / "target").rename(tiny.root / "failed")
    tiny.write({"models/shaky.sql": SOUND})
    assert run("build")[0] == 0
    assert "nothing to retry" in run("retry")[1]
    assert "built 1 node" in run("retry", "--state", str(tiny.root / "failed"))[1]


def test_retry_publishes_what_a_gate_held_back(tiny, run):
    """All nodes are done, and nothing is published: a retry is no success."""
    tiny.write({"models/shaky.sql": SOUND, "models/marts/m.sql": FIRST})
    gate = "[tool.warehouse.gates]\nnot_empty = true\n"
    tiny.write({"pyproject.toml": RELEASED["pyproject.toml"] + gate})
    assert run("build")[0] == 0
    tiny.edit("models/marts/m.sql", "as id", "as id where false")
    assert run("build")[0] == 1
    code, said = run("retry")
    assert code == 1
    assert "gate" in said
    tiny.edit("models/marts/m.sql", " where false", " where true")
    code, said = run("retry")
    assert (code, "published" in said) == (0, True)
    assert "nothing to retry" in run("retry")[1]


def test_retry_publishes_nothing_else(tiny, run):
    """A candidate of other commands is not what an earlier run was asked for."""
    tiny.write({**RELEASED, "models/shaky.sql": SOUND})
    assert run("build")[0] == 0
    first = max((tiny.root / "data/runs").iterdir())
    tiny.edit("models/first.sql", "1 as id", "2 as id")
    assert run("run")[0] == 0
    assert "nothing to retry" in run("retry", "--state", str(first))[1]
    assert "nothing to retry" in run("retry")[1]
