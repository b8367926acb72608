"""Random edits of random projects: what is reused is what a rebuild would give."""

import json
import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny import PROJECT, RELEASED, TinyProject

from warehouse.api.forecast import forecast
from warehouse.api.request import Request
from warehouse.run.forecast import UNKNOWN

COUNT = 6
BROKEN = "{{ config(materialized='table') }} select error('no') as n"
NAMES = ("s", "m0", "m1", "m2", "m3")
KINDS = st.sampled_from(["table", "view", "ephemeral"])
CONFIGS = st.sampled_from(
    [
        "",
        "alias='taken'",
        "schema='other'",
        "tags=['t']",
        "persist_docs={'relation': true}",
    ]
)


@st.composite
def models(draw, number: int) -> str:
    """Draw a model's file: its kind, what it reads, and what it computes."""
    below = [f"m{n}" for n in range(number)]
    upstream = draw(st.lists(st.sampled_from(["s", *below]), unique=True, max_size=2))
    parts = [f"select {draw(st.integers(0, 5))} / 2 as n"]
    parts += [
        f"select {{{{ macro('n') }}}} as n from {{{{ ref('{name}') }}}}"
        if draw(st.booleans())
        else f"select n from {{{{ ref('{name}') }}}} where n <> {{{{ var('v', 1) }}}} "
        "+ {{ env_var('TINY_EDIT', '0') }}"
        for name in upstream
    ]
    comment = draw(st.sampled_from(["", "-- note\n"]))
    config = f"materialized='{draw(KINDS)}', {draw(CONFIGS)}"
    return f"{{{{ config({config}) }}}}\n{comment}" + "\nunion all\n".join(parts)


@st.composite
def projects(draw) -> dict[str, str | None]:
    """Draw a project's files; None stands for a file that is not there."""
    files: dict[str, str | None] = {
        "seeds/s.csv": draw(st.sampled_from(["n\n1\n", "n\n1\n2\n", "n,o\n3,x\n"])),
        "macros/m.sql": "{% macro macro(x) %}{{ x }} + "
        + draw(st.sampled_from(["1", "2"]))
        + "{% endmacro %}",
        "models/m.yml": "models: [{name: m0, description: "
        + draw(st.sampled_from(["''", "a", "b"]))
        + ", columns: [{name: n, data_tests: [not_null]}]}]",
        "dbt_project.yml": PROJECT["dbt_project.yml"]
        + "profile: tiny\n"
        + draw(st.sampled_from(["", "vars: {v: 2}\n"])),
    }
    whole = draw(st.booleans())  # what half of five is
    files["profiles.yml"] = (
        "tiny: {target: a, outputs: {a: {type: duckdb, path: tiny.duckdb, "
        f"settings: {{integer_division: {str(whole).lower()}}}}}}}}}\n"
    )
    files["TINY_EDIT"] = draw(st.sampled_from([None, "1"]))
    gone = draw(st.sampled_from([COUNT, COUNT - 1]))  # the last may be missing
    for number in range(COUNT):
        text = draw(models(number)) if number < gone else None
        files[f"models/m{number}.sql"] = text
    # Another folder is another order of files, and another name of the same node.
    files["moved"] = draw(st.sampled_from([None, "m0", "m3"]))
    return files


def write(project: TinyProject, state: dict[str, str | None]) -> None:
    """Make the folder and the environment what a state says."""
    files = dict(state)
    moved, value = files.pop("moved"), files.pop("TINY_EDIT")
    os.environ.pop("TINY_EDIT", None)
    if value is not None:
        os.environ["TINY_EDIT"] = value
    for name in ("m0", "m3"):
        text = files.pop(f"models/{name}.sql")
        files[f"models/{name}.sql"] = None if name == moved else text
        files[f"models/a/{name}.sql"] = text if name == moved else None
    project.write({path: text for path, text in files.items() if text is not None})
    for path, text in files.items():
        if text is None:
            (project.root / path).unlink(missing_ok=True)


def fingerprints(project: TinyProject) -> dict[str, str]:
    """Return what a release says of its nodes, by name."""
    place = project.database.parent / "release.json"
    if not place.exists():
        return {}
    nodes = json.loads(place.read_text())["nodes"]
    return {key.split(".")[2]: state["fingerprint"] for key, state in nodes.items()}


def forecasts(project: TinyProject) -> dict[str, str]:
    """Return what is said to run, and why."""
    workspace = project.workspace()
    found = forecast(workspace, workspace.select(), Request())
    return {f.node.name: f.reason for f in found if not f.is_reused}


@pytest.mark.slow
@given(st.lists(projects(), min_size=2, max_size=4), st.data())
@settings(max_examples=30, suppress_health_check=list(HealthCheck))
def test_the_next_build_is_a_build_from_nothing(states, data):
    """A build after any edits gives what one from nothing gives, and runs no more."""
    with TemporaryDirectory() as folder:
        project, fresh = (TinyProject(Path(folder) / n) for n in ("tiny", "fresh"))
        project.write(RELEASED)
        files: dict[str, str | None] = {}
        for state in states:
            changed = data.draw(st.sets(st.sampled_from(sorted(state))))
            files = {
                k: state[k] if k in changed or k not in files else files[k]
                for k in state
            }
            aliases = [
                text for text in files.values() if text and "alias='taken'" in text
            ]
            for text in aliases[1:]:
                files = {
                    k: t.replace("alias='taken'", "") if t is text else t
                    for k, t in files.items()
                }
            write(project, files)
            before = fingerprints(project)
            first = data.draw(st.sampled_from(["", "fails", *NAMES]))
            if first == "fails":
                project.write({"models/broken.sql": BROKEN})
                assert project.build()["broken"] == "error"
                project.remove("models/broken.sql")
            elif first:  # a part of it goes first, unpublished
                project.build(first, publishes=False)
            told = forecasts(project)
            statuses = project.build()
            built = project.built()
            assert told.keys() == built
            assert UNKNOWN not in told.values()
            shutil.rmtree(fresh.root, ignore_errors=True)
            shutil.copytree(
                project.root,
                fresh.root,
                ignore=shutil.ignore_patterns("data", "target"),
            )
            assert fresh.build() == statuses
            assert project.tables() == fresh.tables()
            after = fingerprints(fresh)
            assert after == fingerprints(project)
            assert not {n for n in built if before.get(n, "") == after.get(n)}
            project.build()
            assert project.built() == set()
    os.environ.pop("TINY_EDIT", None)
