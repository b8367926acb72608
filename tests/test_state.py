"""Selectors with names, and selections against what an earlier run left."""

import json
import shutil

import pytest

from warehouse.errors import ConfigError, UsageError

MODELS = {
    "models/a.sql": "select 1 as id",
    "models/b.sql": "select {{ one() }} as id from {{ ref('a') }}",
    "models/c.sql": "select * from {{ ref('b') }}",
    "macros/one.sql": "{% macro one() %}1{% endmacro %}",
}


def names(project, *selected: str, **options) -> list[str]:
    """Return the names of the models that a selection chooses."""
    workspace = project.workspace(**options)
    return [key.split(".")[-1] for key in workspace.select(selected, (), ["model"])]


def test_a_selector_has_a_name(tiny):
    """`selectors.yml` unites, intersects, takes away and refers; one is the default."""
    project = tiny(
        {
            **MODELS,
            "selectors.yml": """\
                selectors:
                  - {name: first, definition: "a+1"}
                  - name: second
                    definition:
                      union:
                        - {method: selector, value: first}
                        - {method: fqn, value: c}
                        - exclude: [a]
                  - name: both
                    default: true
                    definition:
                      intersection: ["+b", {method: fqn, value: a, children: true}]
                """,
        }
    )
    assert names(project, selector="first") == ["a", "b"]
    assert names(project, selector="second") == ["b", "c"]
    assert names(project) == ["a", "b"]
    assert names(project, "c") == ["c"]
    with pytest.raises(UsageError) as refused:
        names(project, selector="frist")
    assert refused.value.hint == 'did you mean "first"?'


def test_a_faulty_selector_is_told_at_its_line(tiny):
    """An unknown method or key is told where the definition stands."""
    project = tiny(
        {
            **MODELS,
            "selectors.yml": """\
        selectors:
          - name: wrong
            definition: {method: tags, value: x}
        """,
        }
    )
    with pytest.raises((ConfigError, UsageError)) as refused:
        names(project, selector="wrong")
    assert str(refused.value).startswith("selectors.yml:3: unknown selector method")


def test_state_knows_what_changed(tiny):
    """`state:` compares bodies, configs and macros with an earlier manifest."""
    project = tiny(MODELS)
    project.build()
    state = project.root / "before"
    shutil.copytree(project.root / "target", state)
    assert names(project, "state:modified", state=state) == []
    project.write({"models/a.sql": "select 2 as id", "models/d.sql": "select 3 as id"})
    assert names(project, "state:modified", state=state) == ["a", "d"]
    assert names(project, "state:modified+", state=state) == ["a", "b", "c", "d"]
    assert names(project, "state:new", state=state) == ["d"]
    project.write({"macros/one.sql": "{% macro one() %}2{% endmacro %}"})
    assert names(project, "state:modified.macros", state=state) == ["b"]
    assert names(project, "result:success", state=state) == ["a", "b", "c"]


def test_fresher_sources_are_chosen(tiny):
    """`source_status:fresher` compares the newest check with the one in --state."""
    project = tiny(
        {
            "models/a.sql": "select * from {{ source('s', 't') }}",
            "models/b.sql": "select * from {{ source('s', 'u') }}",
            "models/_s.yml": "sources: [{name: s, tables: [{name: t}, {name: u}]}]",
        }
    )
    for folder, day in (("before", "01"), ("target", "02")):
        results = [
            {"unique_id": "source.tiny.s.t", "max_loaded_at": f"2024-01-{day}"},
            {"unique_id": "source.tiny.s.u", "max_loaded_at": "2024-01-01"},
        ]
        project.write({f"{folder}/sources.json": json.dumps({"results": results})})
    state = project.root / "before"
    assert names(project, "source_status:fresher+", state=state) == ["a"]


def test_without_a_state_there_is_nothing_to_compare(tiny):
    """`state:` without --state is refused, and says what to do."""
    with pytest.raises(UsageError, match="none is named"):
        names(tiny(MODELS), "state:modified")
