{# What a project's own materializations are made of. #}

{% macro run_hooks(hooks, inside_transaction=true) -%}
    {%- for hook in hooks if hook.transaction == inside_transaction -%}
        {%- set sql = render(hook.sql) | trim -%}
        {%- if sql -%}
            {%- call statement(auto_begin=inside_transaction) -%}{{ sql }}{%- endcall -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}

{% macro make_hook_config(sql, inside_transaction) -%}
    {{ return(tojson({'sql': sql, 'transaction': inside_transaction})) }}
{%- endmacro %}

{% macro before_begin(sql) -%}
    {{ return(make_hook_config(sql, inside_transaction=false)) }}
{%- endmacro %}

{% macro in_transaction(sql) -%}
    {{ return(make_hook_config(sql, inside_transaction=true)) }}
{%- endmacro %}

{% macro after_commit(sql) -%}
    {{ return(make_hook_config(sql, inside_transaction=false)) }}
{%- endmacro %}

{% macro get_create_table_as_sql(temporary, relation, sql) -%}
    {{ return(adapter.dispatch('get_create_table_as_sql', 'dbt')(temporary, relation, sql)) }}
{%- endmacro %}

{% macro default__get_create_table_as_sql(temporary, relation, sql) -%}
    {{ return(create_table_as(temporary, relation, sql)) }}
{%- endmacro %}

{% macro create_table_as(temporary, relation, compiled_code, language='sql') -%}
    {{ return(adapter.dispatch('create_table_as', 'dbt')(temporary, relation, compiled_code, language)) }}
{%- endmacro %}

{% macro duckdb__create_table_as(temporary, relation, compiled_code, language='sql') -%}
    {{ config.get('sql_header') or '' }}
    create {{ 'temporary ' if temporary }}table {{ relation }} as (
        {{ compiled_code }}
    )
{%- endmacro %}

{% macro get_create_view_as_sql(relation, sql) -%}
    {{ return(adapter.dispatch('get_create_view_as_sql', 'dbt')(relation, sql)) }}
{%- endmacro %}

{% macro default__get_create_view_as_sql(relation, sql) -%}
    {{ return(create_view_as(relation, sql)) }}
{%- endmacro %}

{% macro create_view_as(relation, sql) -%}
    {{ return(adapter.dispatch('create_view_as', 'dbt')(relation, sql)) }}
{%- endmacro %}

{% macro duckdb__create_view_as(relation, sql) -%}
    {{ config.get('sql_header') or '' }}
    create view {{ relation }} as (
        {{ sql }}
    )
{%- endmacro %}

{% macro get_create_sql(relation, sql) -%}
    {%- if relation.is_view -%}
        {{ return(get_create_view_as_sql(relation, sql)) }}
    {%- endif -%}
    {{ return(get_create_table_as_sql(false, relation, sql)) }}
{%- endmacro %}

{% macro get_or_create_relation(database, schema, identifier, type) -%}
    {%- set found = adapter.get_relation(database, schema, identifier) -%}
    {%- if found is not none -%}
        {{ return([true, found]) }}
    {%- endif -%}
    {{ return([false, this.incorporate(
        path={'database': database, 'schema': schema, 'identifier': identifier}, type=type
    )]) }}
{%- endmacro %}

{% macro make_temp_relation(base_relation, suffix='__dbt_tmp') -%}
    {{ return(adapter.dispatch('make_temp_relation', 'dbt')(base_relation, suffix)) }}
{%- endmacro %}

{% macro duckdb__make_temp_relation(base_relation, suffix) -%}
    {{ return(base_relation.incorporate(path={
        'database': none,
        'schema': none,
        'identifier': base_relation.identifier ~ suffix ~ local_md5(thread_id ~ this)[:8],
    })) }}
{%- endmacro %}

{% macro make_intermediate_relation(base_relation, suffix='__dbt_tmp') -%}
    {{ return(base_relation.incorporate(
        path={'identifier': base_relation.identifier ~ suffix}
    )) }}
{%- endmacro %}

{% macro make_backup_relation(base_relation, backup_relation_type, suffix='__dbt_backup') -%}
    {{ return(base_relation.incorporate(
        path={'identifier': base_relation.identifier ~ suffix}, type=backup_relation_type
    )) }}
{%- endmacro %}

{% macro rename_relation(from_relation, to_relation) -%}
    {%- do adapter.rename_relation(from_relation, to_relation) -%}
{%- endmacro %}

{% macro truncate_relation(relation) -%}
    {%- call statement('truncate_relation') -%}truncate {{ relation }}{%- endcall -%}
{%- endmacro %}

{# DuckDB has no grants, and indexes are those of constraints. #}

{% macro should_revoke(existing_relation, full_refresh_mode=true) -%}
    {{ return(false) }}
{%- endmacro %}

{% macro apply_grants(relation, grant_config, should_revoke=true) -%}
{%- endmacro %}

{% macro create_indexes(relation) -%}
{%- endmacro %}

{% macro persist_docs(relation, model, for_relation=true, for_columns=true) -%}
    {%- do adapter.describe(relation, for_relation, for_columns) -%}
{%- endmacro %}

{# The engine's own materializations, for those that only add to one of them. #}

{% macro materialization_table_duckdb() -%}
    {{ return(built_in_materialization('table')) }}
{%- endmacro %}

{% macro materialization_view_default() -%}
    {{ return(built_in_materialization('view')) }}
{%- endmacro %}

{% macro materialization_snapshot_default() -%}
    {{ return(built_in_materialization('snapshot')) }}
{%- endmacro %}

{% macro materialization_table_function_duckdb() -%}
    {{ return(built_in_materialization('table_function')) }}
{%- endmacro %}

{% macro materialization_incremental_duckdb() -%}
    {{ return(built_in_materialization('incremental')) }}
{%- endmacro %}

{% macro materialization_external_duckdb() -%}
    {{ return(built_in_materialization('external')) }}
{%- endmacro %}
