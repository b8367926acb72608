{#- The claims that several rows rest on, as one sorted list without repetition. -#}
{% macro united_claim_ids(column) -%}
    list_sort(
        list_distinct(
            coalesce(flatten(list({{ column }})), [])
        )
    )
{%- endmacro %}
