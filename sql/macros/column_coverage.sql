{#-
How full each column of a mart is: one row per column, with how many rows the mart has,
in how many of them the column is filled, and in how many of those the row rests on a
claim that a conflict is about. `claims` is an expression over the mart's columns that
gives the claims of a row; `contested` is read, one row per such claim. Only those that
the mart names are looked for in each row: of many rows few are contested.
-#}
{% macro column_coverage(mart, claims) -%}
    select
        '{{ mart }}' as mart_name,
        column_name,
        counted.row_count,
        counted.present_count,
        counted.contested_count,
    from (
        unpivot (
            select
                struct_pack(
                    row_count := count(*),
                    present_count := count(columns(* exclude (is_contested))),
                    contested_count
                    := count(columns(* exclude (is_contested)))
                        filter (where is_contested)
                ),
            from (
                select
                    rows_of_mart.*,
                    list_has_any({{ claims }}, found.claim_ids) as is_contested,
                from {{ ref(mart) }} as rows_of_mart
                cross join (
                    select list(claim_id) as claim_ids
                    from contested
                    where claim_id in (select unnest({{ claims }}) from {{ ref(mart) }})
                ) as found
            )
        ) on columns(*) into name column_name value counted
    )
{%- endmacro %}
