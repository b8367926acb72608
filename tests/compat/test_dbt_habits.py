"""Habits of public packages: what they ask of dbt beyond models and macros."""

import pytest

pytestmark = pytest.mark.slow

PROJECT = """\
    name: tiny
    version: '1.2'
    profile: tiny
    vars:
      home: "{{ env_var('HOME', 'x') }}"
      two: "{{ 1 + 1 }}"
      mine: "{{ my_macro() }}"
      nested: "{{ var('two') }}x"
      listed: ["{{ 1 + 1 }}"]
      unused: "{{ no_such_macro() }}"
    on-run-start:
      - "{% do graph.setdefault('kept', []) %}{% do graph.kept.append('start') %}"
    on-run-end:
      - "create table ended as select '{{ graph.kept | join(' ') }}' as kept,
         '{{ results[0].timing[0].to_dict() | list | sort | join(' ') }}' as keys"
    """


def test_variables_are_rendered_when_they_are_asked_for(both):
    """With macros and as text; those that nobody asks for may be wrong."""
    both.write(
        {
            "dbt_project.yml": PROJECT,
            "macros/m.sql": "{% macro my_macro() %}mine{% endmacro %}",
            "models/a.sql": """\
                select '{{ var("home") }}' as home, '{{ var("two") is string }}' as two,
                    '{{ var("mine") }}' as mine, '{{ var("nested") }}' as nested,
                    '{{ var("listed")[0] }}' as listed, '{{ var("said") }}' as said,
                    '{{ var("none", none) is none }}' as is_none,
                    '{{ var("none", "{{ 1 }}") }}' as usual
                """,
        }
    )
    both.same("build", "--vars", '{said: "{{ 2 + 2 }}"}')


def test_properties_are_rendered(both):
    """Types, tags and meta of columns and models; descriptions keep their end."""
    both.write(
        {
            "models/a.sql": "{{ config(materialized='table') }}select 'x' as a, 1 as b",
            "models/a.yml": """\
                models:
                  - name: a
                    meta: {by: "{{ target.name }}"}
                    config: {contract: {enforced: true}}
                    columns:
                      - name: a
                        data_type: "{{ 'varchar' if target.type == 'duckdb' else 'x' }}"
                        tags: ["{{ target.name }}"]
                        description: |
                          As it is written.
                      - name: b
                        data_type: int
                        description: |
                          At the end.
                """,
        }
    )
    ours, theirs = both.same("build")
    nodes = [found.artefact("manifest")["nodes"]["model.tiny.a"] for found in
             (ours, theirs)]  # fmt: skip
    for key in ("meta", "tags"):
        assert nodes[0][key] == nodes[1][key]
    keys = ("name", "data_type", "tags", "description")
    columns = [
        [[info[key] for key in keys] for info in node["columns"].values()]
        for node in nodes
    ]
    assert columns[0] == columns[1]


STATE = {
    "macros/keep.sql": """\
        {% macro keep(value) %}
            {% set kept = context.get('__kept', {}) %}
            {% do kept.update({'value': value}) %}
            {% do context.update({'__kept': kept}) %}
        {% endmacro %}
        {% macro kept() %}{{ return(context.get('__kept', {}).get('value')) }}
        {% endmacro %}
        {% macro ref(name) %}{{ return(builtins.ref(name)) }}{% endmacro %}
        {% macro fill() %}
            {% set empty = api.Relation.create(identifier='empty', type='table') %}
            {% do run_query('create temp table empty as from ' ~ this ~ ' limit 0') %}
            {% set columns = adapter.get_columns_in_relation(empty) %}
            {% do run_query('insert into ' ~ this ~ ' ('
                ~ columns | join(', ', attribute='name') ~ ') values (2, 2, 2)') %}
            {% do adapter.drop_relation(empty) %}
        {% endmacro %}
        {% macro clear() %}
            {% do run_query('create schema old') %}
            {% do run_query('create table old.a as select 1 as id') %}
            {% set known = api.Relation.create(database=target.database) %}
            {% set there = check_schema_exists(known.information_schema(), 'old') %}
            {% do print(there.rows[0][0] ~ list_schemas(target.database) | length) %}
            {% do drop_schema_named('old') %}
        {% endmacro %}
        """,
    "models/a.sql": """\
        {{ config(materialized='table', post_hook='{{ fill() }}') }}
        {% do keep(1) %}
        {% set config_ = builtins.ref.config %}
        select {{ kept() }} as kept, {{ config_.project_name | length }} as name,
            {{ config_.dependencies['tiny'].version }} as version
        """,
    "models/a.yml": """\
        models: [{name: a, columns: [{name: kept, data_tests: [not_null]}]}]
        """,
}


def test_packages_keep_their_own_state(both):
    """In `context`, in `graph`, in temporary tables; of `builtins.ref.config` too."""
    both.write({**STATE, "dbt_project.yml": PROJECT})
    ours, _ = both.same("build")
    assert ours.tables()["main.a"]["rows"] == [
        "(1, 4, Decimal('1.2'))",
        "(2, 2, Decimal('2.0'))",
    ]
    ours, theirs = both.run("run-operation", "clear")
    assert ours.code == theirs.code == 0
    both.same("build")


def test_faults_hold_back_what_depends_on_them(both):
    """A template that fails for real fails its node alone, as an unknown macro does."""
    both.write(
        {
            "models/good.sql": "select 1 as id\n",
            "models/refusing.sql": "{% if execute %}"
            "{{ exceptions.raise_compiler_error('no') }}{% endif %} select 1 as id\n",
            "models/unknown.sql": "select {{ nobody() }} as id\n",
            "models/kind.sql": "{{ config(materialized='nothing') }} select 1 as id\n",
            "models/behind.sql": "select * from {{ ref('unknown') }}\n",
            "models/hidden.sql": "{% if execute %}select * from "
            "{{ source('main', 'good') }}{% endif %}\n-- {{ ref('good') }}\n",
            "models/_models.yml": """\
                sources: [{name: main, tables: [{name: good}]}]
                models:
                  - {name: good, columns: [{name: id, data_tests: [unique]}]}
                  - {name: behind, columns: [{name: id, data_tests: [unique]}]}
                  - name: hidden
                    columns: [{name: id, data_tests: [{accepted_values:
                        {arguments: {values: [2]}}}]}]
                exposures:
                  - name: dash
                    type: dashboard
                    owner: {email: a@b.c}
                    depends_on: [ref('hidden')]
                """,
        }
    )
    _, theirs = both.same("build")
    found = dict(theirs.statuses())
    assert found["model.tiny.hidden"] == "success"
    assert found["exposure.tiny.dash"] == "no-op"  # which no test holds back


EXTERNAL = {
    "dbt_project.yml": """\
        name: tiny
        version: '1.0'
        profile: tiny
        on-run-start: "{{ register_upstream_external_models() }}"
        """,
    "models/x.sql": "{{ config(materialized='external') }} select 1 as id\n",
    "models/y.sql": "{{ config(materialized='external', format='csv') }} select 2 as n",
    "models/z.sql": "select * from {{ ref('x') }} union from {{ ref('y') }}\n",
}


def test_files_of_external_models_are_registered(both):
    """`register_upstream_external_models` makes the views that a new file lacks."""
    both.write(EXTERNAL)
    both.same("build")
    both.remove("tiny.duckdb")
    ours, _ = both.same("build", "--select", "z")
    assert set(ours.tables()) == {"main.x", "main.y", "main.z"}
