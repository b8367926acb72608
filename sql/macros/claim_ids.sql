{#- The claims that several rows rest on, as one sorted list without repetition. -#}
{% macro united_claim_ids(column, where='true') -%}
    list_sort(
        list_distinct(
            coalesce(flatten(list({{ column }}) filter (where {{ where }})), [])
        )
    )
{%- endmacro %}
