{# Where an external model's file goes if it does not say. #}

{% macro external_location(relation, config) -%}
    {%- set place = adapter.external_root() ~ '/' ~ relation.identifier -%}
    {%- if (config.get('options') or {}).get('partition_by') is not none -%}
        {{ return(place) }}
    {%- endif -%}
    {{ return(place ~ '.' ~ (config.get('format') or 'parquet')) }}
{%- endmacro %}
