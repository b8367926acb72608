{#-
How full each column of a mart is: one row per column, with how many rows it has, in how
many of them it is empty, and how many of the filled ones rest on a claim that a
conflict is about. `claims` is an expression over the mart's columns that gives the
claims of a row.
-#}
{% macro column_coverage(mart, claims) -%}
    select
        '{{ mart }}' as mart_name,
        counted.column_name,
        totals.row_count,
        counted.present_count,
        contested.present_count as contested_count,
    from (
        unpivot (
            select count(columns(*)) from {{ ref(mart) }}
        ) on columns(*) into name column_name value present_count
    ) as counted
    inner join (
        unpivot (
            select
                count(columns(*)) filter (
                    where list_has_any({{ claims }}, (select claim_ids from contested))
                ),
            from {{ ref(mart) }}
        ) on columns(*) into name column_name value present_count
    ) as contested
        on counted.column_name = contested.column_name
    cross join (select count(*) as row_count from {{ ref(mart) }}) as totals
{%- endmacro %}
