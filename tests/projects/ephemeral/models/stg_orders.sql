{{ config(materialized='ephemeral') }}
select
    id,
    total
from (select 1 as id, 2 as amount)
