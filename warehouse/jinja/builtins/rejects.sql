{# Rows of a seed with `on_bad_rows: quarantine` that did not load. #}

{% macro rejects(seed) -%}
    {{ return(seed.rejects) }}
{%- endmacro %}

{% test no_rejects(model) -%}
select * from {{ model.rejects }}
{%- endtest %}
