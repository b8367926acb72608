"""Smaller parts of a project: indexes, headers, analyses, lists."""

import json
import re
from pathlib import Path

import pytest
from tiny import PROJECT, RELEASED, TinyProject

from warehouse.api.listing import listed

ROOT = Path(__file__).parents[1]
INDEX = "[{'columns': ['id'], 'unique': true}]"
INDEXED = "{{ config(materialized='%s', indexes=" + INDEX + ") }}"


@pytest.fixture
def project(tmp_path):
    """Return a project without models."""
    tiny = TinyProject(tmp_path)
    tiny.write(PROJECT)
    return tiny


@pytest.mark.parametrize("settings", [{}, RELEASED], ids=["in_place", "released"])
def test_indexes_stand_beside_their_table(project, settings):
    """They are there once, after a second build too; a changed one is made anew."""
    new = "select 1 as id {% if is_incremental() %}where false{% endif %}"
    project.write(
        {
            **settings,
            "models/table_.sql": INDEXED % "table" + "select 1 as id",
            "models/incremental_.sql": INDEXED % "incremental" + new,
        }
    )
    sql = "select table_name, is_unique from duckdb_indexes() order by all"
    for _ in range(2):
        project.build()
        assert project.rows(sql) == [("incremental_", True), ("table_", True)]
    project.edit("models/table_.sql", "true", "false")
    project.build()
    assert "table_" in project.built()
    assert ("table_", False) in project.rows(sql)


def test_a_unique_index_refuses_equal_rows(project):
    """The model fails, and says so."""
    project.write({"models/one.sql": INDEXED % "table" + "select unnest([1, 1]) as id"})
    assert project.build() == {"one": "error"}
    assert "unique" in project.detail("one").lower()


def test_a_header_runs_before_the_model(project):
    """By config or by a call block."""
    project.write(
        {
            "models/one.sql": """\
                {% call set_sql_header(config) %}
                    create or replace table main.noted as select 7 as n;
                {% endcall %}
                select 1 as id
                """
        }
    )
    assert project.build() == {"one": "success"}
    assert project.rows("from main.noted") == [(7,)]


def test_an_analysis_is_listed_as_dbt_lists_it(project):
    """Its path has one folder more; it is never run."""
    project.write({"analyses/look.sql": "select 1 as id"})
    manifest = project.workspace().manifest
    (node,) = manifest.nodes.values()
    assert node.fqn == ("tiny", "analysis", "look")
    said = json.loads(json.dumps(listed(node)))
    assert said["resource_type"] == "analysis"
    assert said["config"]["lookback"] == 1


def test_the_page_on_dbt_names_tests_that_are_there():
    """Every row of docs/dbt.md says which tests hold it."""
    page = ROOT / "docs" / "dbt.md"
    rows = [line for line in page.read_text().splitlines() if line.startswith("| ")]
    for row in rows[1:]:
        held = re.findall(r"\(\.\./(tests/[^)]+)\)", row)
        assert held, row
        assert [path for path in held if not (ROOT / path).exists()] == []
