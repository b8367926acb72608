with own as (select 1 as x)

select * from {{ ref('stg_orders') }}
