{{ config(
    materialized='incremental',
    incremental_strategy='microbatch',
    event_time='ordered_at',
    batch_size='dya',
) }}

select 1 as id, timestamp '2026-01-01' as ordered_at
