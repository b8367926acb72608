{{ config(
    materialized='incremental',
    incremental_strategy='merge',
    unique_key='id',
    merge_update_columns='note',
    merge_clauses={'when_matched': [{'action': 'replace'}], 'when_not_matched': []},
) }}

select 2 as id, 'b' as note
