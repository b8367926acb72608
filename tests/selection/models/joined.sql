{{ config(materialized='ephemeral') }}
select o.id, o.amount, c.name
from {{ ref('stg_orders') }} as o
inner join {{ ref('stg_customers') }} as c on o.id = c.id
