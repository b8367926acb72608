"""Materializations that a project defines, and hooks beside the transaction."""

import pytest
from tiny import PROJECT, RELEASED, TinyProject

SWAPPED = """\
    {% materialization swapped, adapter='duckdb', supported_languages=['sql'] %}
        {%- set target = this.incorporate(type='table') -%}
        {%- set draft = make_intermediate_relation(target) -%}
        {{ drop_relation_if_exists(load_cached_relation(draft)) }}
        {{ run_hooks(pre_hooks, inside_transaction=False) }}
        {{ run_hooks(pre_hooks, inside_transaction=True) }}
        {% call statement('main') %}
            {{ get_create_table_as_sql(False, draft, sql) }}
        {% endcall %}
        {% set old = load_cached_relation(this) %}
        {% if old is not none %}{% do adapter.drop_relation(old) %}{% endif %}
        {% do adapter.rename_relation(draft, target) %}
        {{ run_hooks(post_hooks, inside_transaction=True) }}
        {% do persist_docs(target, model) %}
        {{ adapter.commit() }}
        {{ run_hooks(post_hooks, inside_transaction=False) }}
        {{ return({'relations': [target]}) }}
    {% endmaterialization %}
    """


@pytest.fixture
def project(tmp_path):
    """Return a tiny project with a materialization of its own."""
    found = TinyProject(tmp_path)
    found.write(
        {
            **PROJECT,
            "macros/swapped.sql": SWAPPED,
            "models/a.sql": "{{ config(materialized='swapped') }} select 1 as x",
            "models/b.sql": "select x + 1 as y from {{ ref('a') }}",
        }
    )
    return found


def test_a_project_defines_a_materialization(project):
    """A model names it; it runs in place and in a release, again and again."""
    for _ in range(2):
        assert project.build() == {"a": "success", "b": "success"}
    project.write(RELEASED)
    for _ in range(2):
        assert project.build() == {"a": "success", "b": "success"}
    assert project.rows("from b") == [(2,)]


def test_a_fault_in_the_query_is_told_at_its_line(project):
    """What the macro wraps around the query does not hide the model's line."""
    project.write({"models/a.sql": "{{ config(materialized='swapped') }}\nselect no\n"})
    assert project.build()["a"] == "error"
    assert project.detail("a").startswith("models/a.sql:2:8: ")


def test_what_fails_is_rolled_back(project):
    """The transaction that the first statement began ends with the macro."""
    project.build()
    project.write(
        {
            "models/a.sql": """\
                {{ config(materialized='swapped', post_hook='select error(42)') }}
                select 2 as x
                """
        }
    )
    assert project.build()["a"] == "error"
    assert project.rows("from a") == [(1,)]


def test_a_fault_in_the_macro_is_told_at_its_line(project):
    """Jinja's and the database's faults in the macro name its file."""
    project.edit(
        "macros/swapped.sql", "adapter.drop_relation(old)", "adapter.drop(old)"
    )
    project.build()
    assert project.build()["a"] == "error"
    assert project.detail("a").startswith("macros/swapped.sql:11: ")
    project.edit(
        "macros/swapped.sql", "get_create_table_as_sql(False, draft, sql)", "1"
    )
    assert project.build()["a"] == "error"
    assert project.detail("a").startswith("macros/swapped.sql:7: ")


def test_relations_must_be_returned(project):
    """A materialization that returns none is refused, as by dbt."""
    project.edit("macros/swapped.sql", "{{ return({'relations': [target]}) }}", "")
    assert project.build()["a"] == "error"
    assert 'the materialization "swapped" returned no relations' in project.detail("a")


def test_the_projects_default_replaces_the_view_but_not_the_table(project):
    """As in dbt, one for the database stands above a default one."""
    project.write(
        {
            "macros/own.sql": """\
                {% materialization view, default %}
                    {% do log('our view', info=true) %}
                    {{ return(dbt.materialization_view_default()) }}
                {% endmaterialization %}
                {% materialization table, default %}
                    {{ exceptions.raise_compiler_error('not for DuckDB') }}
                {% endmaterialization %}
                """,
            "models/a.sql": "{{ config(materialized='table') }} select 1 as x",
        }
    )
    assert project.build() == {"a": "success", "b": "success"}
    assert project.logged() == ["our view"]
    assert project.rows("from b") == [(2,)]


def test_an_unknown_materialization_names_those_of_the_project(project):
    """The nearest name is one that a macro defines."""
    project.write({"models/a.sql": "{{ config(materialized='swaped') }} select 1 as x"})
    assert project.build()["a"] == "error"
    assert 'did you mean "swapped"' in project.detail("a")


def test_hooks_may_stand_beside_the_transaction(project):
    """`transaction: false`, `before_begin` and `after_commit` run outside of it."""
    project.write(
        {
            "models/a.sql": """\
                {{ config(
                    materialized='table',
                    pre_hook=[
                        before_begin("create or replace table kept as select 1 as n"),
                        "create or replace table undone as select 1 as n",
                    ],
                    post_hook={"sql": "checkpoint", "transaction": false}
                ) }}
                select {{ var('x', "error('no')") }} as x
                """
        }
    )
    assert project.build(options={"vars": {"x": "1"}})["a"] == "success"
    project.write({"seeds/none.csv": "n\n"})
    project.rows("from kept")
    assert "main.undone" in project.tables()


def test_what_stands_beside_the_transaction_is_not_undone(project):
    """When the model fails, hooks inside its transaction are undone, others stay."""
    project.write(
        {
            "models/a.sql": """\
                {{ config(
                    materialized='table',
                    pre_hook=[
                        {"sql": "create table kept as select 1 as n",
                         "transaction": false},
                        "create table undone as select 1 as n",
                    ],
                ) }}
                select error('no') as x
                """
        }
    )
    assert project.build()["a"] == "error"
    assert set(project.tables()) == {"main.kept"}
