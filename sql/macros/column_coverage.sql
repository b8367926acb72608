{#-
How full each column of a mart is: one row per column, with how many rows the mart has,
in how many of them the column is filled, and in how many of those the row rests on a
claim that a conflict is about. `claims` is an expression over the mart's columns that
gives the claims of a row; `contested` is read, one row per such claim. Marts are tables:
their rows have numbers.
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
                    rows_of_mart.rowid in (
                        select row_number
                        from (
                            select
                                rowid as row_number,
                                unnest({{ claims }}) as claim_id,
                            from {{ ref(mart) }}
                        )
                        inner join contested using (claim_id)
                    ) as is_contested,
                from {{ ref(mart) }} as rows_of_mart
            )
        ) on columns(*) into name column_name value counted
    )
{%- endmacro %}
