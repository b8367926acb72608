"""Tests that differ in the table alone: rendered once, and as if each by itself."""

import pytest

YAML = """
models:
  - name: a
    columns: &columns
      - name: n
        data_tests: [unique, not_null, {accepted_values: {values: [1, "x"]}}]
      - name: m
        data_tests:
          - unique: {config: {where: n > 0}}
          - relationships: {to: ref('a'), field: n}
          - not_null: {config: {store_failures: true}}
  - name: b
    columns: *columns
  - name: c
    config: {materialized: ephemeral}
    columns: *columns
"""
OWN = {
    "": "",
    "test": "{% test unique(model, column_name) %}"
    "select * from {{ model }} where {{ this }} is null {% endtest %}",
    "where": "{% macro get_where_subquery(relation) %}"
    "(select * from {{ relation }} where '{{ model.name }}' = '') x{% endmacro %}",
    "dispatched": "{% macro default__test_not_null(model, column_name) %}"
    "select '{{ model }}' as n{% endmacro %}",
}


@pytest.mark.parametrize("macro", OWN)
def test_known(tiny, macro):
    """Each test's SQL, macros and references are those that it has alone."""
    files = {f"models/{name}.sql": f"select 1 as n, '{name}' as m" for name in "abc"}
    project = tiny({**files, "models/m.yml": YAML, "macros/own.sql": OWN[macro]})
    workspace = project.workspace()
    plan, _ = workspace.plan(workspace.select())
    tests = [n for n in workspace.manifest.nodes.values() if n.resource_type == "test"]
    assert len(tests) == 18
    for node in tests:
        alone = workspace.compile(node.unique_id, lambda: None)
        known = plan.compiled[node.unique_id]
        assert known.sql == alone.sql
        assert known.form == alone.form
        assert known.undeclared == alone.undeclared == ()
        assert node.test.attached in node.depends_on
    macros = {(node.test.name, node.test.column, node.macros) for node in tests}
    assert len(macros) == 6  # the same for every table
