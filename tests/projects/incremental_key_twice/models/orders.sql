{{ config(
    materialized='incremental',
    unique_key=['customer_id', 'day'],
) }}

select *
from (
    values
        (1, date '2026-01-01', 10),
        (1, date '2026-01-01', 20),
        (2, date '2026-01-01', 30),
        (null, date '2026-01-02', 40)
) as orders (customer_id, day, amount)
