{% macro to_number(column) %}
    {#- of text that somebody typed #}
    nullif(
        cast({{ trimmed(column) }} as integer),
        0
    )
{% endmacro %}

{% macro trimmed(column) -%}
    trim(
        {{ column }}
    )
{%- endmacro %}

{% test positive(model, column_name) %}
    select *
    from {{ model }}
    where
        cast({{ column_name }} as integer) <= 0
{% endtest %}
