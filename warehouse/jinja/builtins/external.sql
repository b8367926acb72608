{# Where an external model's file goes if it does not say. #}

{% macro external_location(relation, config) -%}
    {%- set place = adapter.external_root() ~ '/' ~ relation.identifier -%}
    {%- if (config.get('options') or {}).get('partition_by') is not none -%}
        {{ return(place) }}
    {%- endif -%}
    {{ return(place ~ '.' ~ (config.get('format') or 'parquet')) }}
{%- endmacro %}

{# Views of the files that other external models have written: for a build of what reads
   them into a database that lacks the views, as one in memory does. #}

{% macro register_upstream_external_models() -%}
    {%- set known = [] -%}
    {%- for chosen in selected_resources if chosen in graph.nodes -%}
        {%- for upstream in graph.nodes[chosen].depends_on.nodes -%}
            {%- set node = graph.nodes.get(upstream) -%}
            {%- set is_external = node and node.config.materialized == 'external' -%}
            {%- if is_external and upstream not in known + selected_resources -%}
                {%- do known.append(upstream) -%}
                {%- do _register_external_model(node) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}

{% macro _register_external_model(node) -%}
    {%- set view = api.Relation.create(
        database=node.database, schema=node.schema, identifier=node.alias
    ) -%}
    {%- set options = dict(
        node.config.get('options') or {}, format=node.config.get('format') or 'parquet'
    ) -%}
    {%- set place = node.config.get('location') or external_location(view, node.config) -%}
    {%- do adapter.create_schema(view) -%}
    {%- call statement() -%}
        create or replace view {{ view }} as
        from '{{ adapter.external_read_location(place, options) }}'
    {%- endcall -%}
{%- endmacro %}
