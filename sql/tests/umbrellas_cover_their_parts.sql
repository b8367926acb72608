-- An umbrella is at least as large as the deals below it.
with deals as (
    select * from {{ ref('deals') }}
)

select
    umbrellas.deal_id,
    umbrellas.amount_high_usd,
    sum(parts.amount_high_usd) as parts_usd,
from deals as umbrellas
inner join deals as parts on umbrellas.deal_id = parts.parent_deal_id
where umbrellas.additivity = 'umbrella'
group by umbrellas.deal_id, umbrellas.amount_high_usd
having sum(parts.amount_high_usd) > umbrellas.amount_high_usd
