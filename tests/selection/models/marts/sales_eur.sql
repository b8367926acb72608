{{ config(tags=['finance']) }}
select s.id, r.rate from {{ ref('sales') }} as s cross join {{ ref('stg_rates') }} as r
