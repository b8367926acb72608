"""External files, a project's own materializations, hooks: compared with dbt's."""

import duckdb
import pytest

pytestmark = pytest.mark.slow

NUMBERS = (
    "select i::integer as n, chr(97 + (i % 3)::integer) as letter, i / 2 as half "
    "from range(7) as t(i)"
)
FILES = {
    "models/numbers.sql": NUMBERS,
    **{
        f"models/{name}.sql": f"{{{{ config(materialized='external', {config}) }}}}\n"
        "select * from {{ ref('numbers') }}"
        for name, config in {
            "plain": "location='out/plain.parquet'",
            "by_default": "format='parquet'",
            "comma": "location='out/comma.csv'",
            "bars": "location='out/bars.csv', delimiter='|'",
            "headless": "location='out/headless.csv', options={'header': 0}",
            "lines": "location='out/lines.json'",
            "packed": "location='out/packed.csv.gz'",
            "small": "location='out/small.parquet', options={'compression': 'zstd'}",
            "parts": "location='out/parts', options={'partition_by': 'letter'}",
            "two_parts": "location='out/two', format='csv', "
            "options={'partition_by': 'letter, n'}",
            "listed": "location='out/listed.csv', format='csv', "
            "csv_read_options={'all_varchar': True}",
        }.items()
    },
    "models/after.sql": "select count(*) as n from {{ ref('parts') }} "
    "join {{ ref('comma') }} using (n)",
}
CUSTOM = """\
    {% materialization loaded, adapter='duckdb', supported_languages=['sql'] %}
        {%- set target = this.incorporate(type='table') -%}
        {%- set existing = load_cached_relation(this) -%}
        {{ run_hooks(pre_hooks, inside_transaction=False) }}
        {{ run_hooks(pre_hooks, inside_transaction=True) }}
        {% if existing is none or should_full_refresh() %}
            {{ drop_relation_if_exists(existing) }}
            {% call statement('main') %}
                {{ create_table_as(False, target, sql) }}
            {% endcall %}
        {% else %}
            {% set columns = adapter.get_columns_in_relation(existing) %}
            {% call statement('main') %}
                insert into {{ target }}
                ({{ columns | map(attribute='quoted') | join(', ') }})
                {{ sql }}
            {% endcall %}
        {% endif %}
        {{ run_hooks(post_hooks, inside_transaction=True) }}
        {% do persist_docs(target, model) %}
        {{ adapter.commit() }}
        {{ run_hooks(post_hooks, inside_transaction=False) }}
        {{ return({'relations': [target]}) }}
    {% endmaterialization %}

    {% materialization view, default %}
        {% do log('a view of our own', info=true) %}
        {{ return(dbt.materialization_view_default()) }}
    {% endmaterialization %}

    {% materialization table, default %}
        {{ exceptions.raise_compiler_error('never called: DuckDB has one') }}
    {% endmaterialization %}

    {% materialization silent, adapter='duckdb' %}
        {% call statement('main') %}select 1{% endcall %}
    {% endmaterialization %}
    """


def read(outcome, path):
    """Read a file that an engine wrote."""
    return duckdb.sql(f"from '{outcome.folder / path}' order by all").fetchall()


def test_external_files_are_the_same(both):
    """Formats, options, places, parts: the views' rows and types, and the files'."""
    both.write({**FILES, "out/.keep": ""})
    ours, theirs = both.same("build")
    assert {status for _, status in ours.statuses()} == {"success"}
    for path in (
        "out/plain.parquet",
        "by_default.parquet",
        "out/comma.csv",
        "out/bars.csv",
        "out/lines.json",
        "out/packed.csv.gz",
        "out/parts/*/*.parquet",
        "out/two/*/*/*.csv",
    ):
        assert read(ours, path) == read(theirs, path)


def test_custom_materializations_are_the_same(both):
    """One of the project's, again and with --full-refresh; a default one for views."""
    both.write(
        {
            "macros/own.sql": CUSTOM,
            "models/loaded.sql": """\
                {{ config(
                    materialized='loaded',
                    persist_docs={'relation': true, 'columns': true},
                ) }}
                select 1 as x
                """,
            "models/loaded.yml": """\
                models:
                  - name: loaded
                    description: Every load
                    columns: [{name: x, description: A number}]
                """,
            "models/seen.sql": "select * from {{ ref('loaded') }}",
            "models/kept.sql": "{{ config(materialized='table') }} select 1 as x",
            "models/silent.sql": "{{ config(materialized='silent') }} select 1 as x",
        }
    )
    for words in (["build"], ["build"], ["build", "--full-refresh"]):
        ours, theirs = both.same(*words)
        assert "a view of our own" in ours.out
        assert "a view of our own" in theirs.out


def test_hooks_and_transactions_are_the_same(both):
    """Hooks beside the transaction stay when the model fails; those in it do not."""
    both.write(
        {
            "models/fine.sql": """\
                {{ config(
                    materialized='table',
                    pre_hook=[
                        before_begin("create or replace table one as select 1 as n"),
                        {"sql": "create or replace table two as select 2 as n",
                         "transaction": true},
                    ],
                    post_hook=[
                        after_commit("create or replace table four as from {{ this }}"),
                        "create or replace table three as from {{ this }}",
                    ],
                ) }}
                select n from one join two using (n) union all select 5
                """,
            "models/failing.sql": """\
                {{ config(
                    materialized='table',
                    pre_hook=[
                        {"sql": "create or replace table kept as select 1 as n",
                         "transaction": false},
                        "create or replace table undone as select 1 as n",
                    ],
                ) }}
                select error('no') as x from kept
                """,
            "models/failing_late.sql": """\
                {{ config(
                    materialized='table',
                    post_hook={"sql": "select error('no')", "transaction": false},
                ) }}
                select 1 as x
                """,
        }
    )
    both.same("build")
