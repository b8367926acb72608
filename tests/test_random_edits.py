"""Random edits of random projects: what is reused is what a rebuild would give."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny import PROJECT, RELEASED, TinyProject

COUNT = 6
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
    parts = [f"select {draw(st.integers(0, 2))} as n"]
    parts += [
        f"select {{{{ macro('n') }}}} as n from {{{{ ref('{name}') }}}}"
        if draw(st.booleans())
        else f"select n from {{{{ ref('{name}') }}}} where n <> {{{{ var('v', 1) }}}}"
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
        + draw(st.sampled_from(["", "vars: {v: 2}\n"])),
    }
    gone = draw(st.sampled_from([COUNT, COUNT - 1]))  # the last may be missing
    for number in range(COUNT):
        text = draw(models(number)) if number < gone else None
        files[f"models/m{number}.sql"] = text
    return files


def write(project: TinyProject, files: dict[str, str | None]) -> None:
    """Make the folder what the files say."""
    project.write({path: text for path, text in files.items() if text is not None})
    for path, text in files.items():
        if text is None:
            (project.root / path).unlink(missing_ok=True)


@pytest.mark.slow
@given(st.lists(projects(), min_size=2, max_size=4), st.data())
@settings(max_examples=30, suppress_health_check=list(HealthCheck))
def test_the_next_build_is_a_build_from_nothing(states, data):
    """After any edits a build gives what one from nothing gives, and then runs none."""
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
            statuses = project.build()
            shutil.rmtree(fresh.root, ignore_errors=True)
            shutil.copytree(
                project.root, fresh.root, ignore=shutil.ignore_patterns("data")
            )
            assert fresh.build() == statuses
            assert project.tables() == fresh.tables()
            project.build()
            assert project.built() == set()
