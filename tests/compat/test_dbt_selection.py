"""Named selectors, indirect selection and state: chosen as dbt chooses."""

import shutil

import pytest

pytestmark = pytest.mark.slow
FILES = {
    "seeds/raw.csv": "id,n\n1,2\n",
    "macros/m.sql": "{% macro twice(x) %}{{ x }} * 2{% endmacro %}",
    "models/a.sql": "select * from {{ ref('raw') }}",
    "models/b.sql": "select id, {{ twice('n') }} as n from {{ ref('a') }}",
    "models/c.sql": "{{ config(tags=['nightly']) }} select * from {{ ref('b') }}",
    "models/sub/d.sql": "{{ config(materialized='table') }} from {{ ref('a') }}",
    "models/_models.yml": """\
        models:
          - name: b
            description: b
            columns:
              - name: id
                data_tests:
                  - unique
                  - relationships: {arguments: {to: ref('a'), field: id}}
          - name: c
            columns:
              - name: id
                data_tests:
                  - relationships: {arguments: {to: ref('d'), field: id}}
        """,
    "selectors.yml": """\
        selectors:
          - name: plain
            definition: "b+"
          - name: one_key
            definition: {tag: nightly}
          - name: full
            definition:
              {method: fqn, value: b, parents: true, parents_depth: 1, children: true}
          - name: at
            definition: {method: fqn, value: b, childrens_parents: true}
          - name: union
            definition:
              union:
                - {method: selector, value: plain}
                - "sub.d"
                - exclude: [{method: tag, value: nightly}]
          - name: intersection
            definition:
              intersection:
                - {method: config.materialized, value: view}
                - {method: path, value: models, exclude: ["c"]}
          - name: cautious
            definition:
              {method: fqn, value: b, indirect_selection: cautious}
          - name: usual
            default: true
            definition: {method: fqn, value: sub.d, indirect_selection: empty}
        """,
}
NAMES = ("plain", "one_key", "full", "at", "union", "intersection", "cautious")


def test_named_selectors_choose_as_in_dbt(both):
    """Every form of `selectors.yml`, and its default, chooses the same nodes."""
    both.write(FILES)
    for name in NAMES:
        both.same_list("--selector", name)
    both.same_list()


@pytest.mark.parametrize("mode", ["eager", "cautious", "buildable", "empty"])
def test_tests_come_along_as_in_dbt(both, mode):
    """Each mode of indirect selection takes the same tests."""
    both.write({k: v for k, v in FILES.items() if k != "selectors.yml"})
    for selection in (["b"], ["b", "a"], ["c", "sub.d"], ["c"]):
        both.same_list("--select", *selection, "--indirect-selection", mode)
    both.same_list("--select", "c d", "--exclude", "d", "--indirect-selection", mode)


def test_state_and_results_choose_as_in_dbt(both):
    """After edits, `state:` and `result:` find the same nodes, by own artefacts."""
    both.write({k: v for k, v in FILES.items() if k != "selectors.yml"})
    both.run("build")
    for root in (both.ours, both.theirs):
        shutil.copytree(root / "target", root / "before")
    both.write(
        {
            "macros/m.sql": "{% macro twice(x) %}{{ x }} + {{ x }}{% endmacro %}",
            "models/a.sql": "select *, 1 as one from {{ ref('raw') }}",
            "models/c.sql": "{{ config(tags=['daily']) }} select * from {{ ref('b') }}",
            "models/e.sql": "select 1 as id",
            "models/sub/d.sql": "{{ config(materialized='view') }} from {{ ref('a') }}",
            "seeds/raw.csv": "id,n\n1,3\n",
        }
    )
    for state in (
        "state:modified", "state:modified+", "state:new", "state:old",
        "state:unmodified",
        "state:modified.body", "state:modified.configs", "state:modified.relation",
        "state:modified.macros", "state:modified.contract",
        "state:modified.persisted_descriptions", "result:success", "result:pass+",
    ):  # fmt: skip
        both.same_list("--select", state, "--state", "before")
