{# Schemas as a whole: whether they are there, what is in them, and away with them. #}

{% macro check_schema_exists(information_schema, schema) -%}
    {{ return(adapter.dispatch('check_schema_exists', 'dbt')(information_schema, schema)) }}
{%- endmacro %}

{% macro default__check_schema_exists(information_schema, schema) -%}
    {{ return(run_query(
        "select count(*) from duckdb_schemas() where lower(database_name) = '"
        ~ information_schema.database | lower ~ "' and lower(schema_name) = '"
        ~ schema | lower ~ "'"
    )) }}
{%- endmacro %}

{% macro list_schemas(database) -%}
    {{ return(adapter.dispatch('list_schemas', 'dbt')(database)) }}
{%- endmacro %}

{% macro default__list_schemas(database) -%}
    {{ return(run_query(
        "select schema_name from duckdb_schemas() where not internal"
        ~ " and lower(database_name) = '" ~ database | lower ~ "'"
    )) }}
{%- endmacro %}

{% macro drop_schema(relation) -%}
    {{ return(adapter.dispatch('drop_schema', 'dbt')(relation)) }}
{%- endmacro %}

{% macro default__drop_schema(relation) -%}
    {%- do adapter.drop_schema(relation) -%}
{%- endmacro %}

{% macro drop_schema_named(schema_name) -%}
    {{ return(adapter.dispatch('drop_schema_named', 'dbt')(schema_name)) }}
{%- endmacro %}

{% macro default__drop_schema_named(schema_name) -%}
    {%- do drop_schema(
        api.Relation.create(database=target.database, schema=schema_name)
    ) -%}
{%- endmacro %}
