{{ config(materialized='table') }}
select
    id,
    cast(amount as integer) as amount
from (values (1, '12'), (2, 'n/a')) as t(id, amount)
