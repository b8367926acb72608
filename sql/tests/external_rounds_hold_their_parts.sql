-- What the named investors and the others put into a round is not more than the round,
-- even at the lower bounds, and not less at the upper ones.
with rounds as (
    select
        deals.deal_id,
        events.value as round_usd,
    from {{ ref('raw_external_deals') }} as deals
    inner join {{ ref('raw_external_deal_events') }} as events
        on deals.deal_id = events.deal_id
    where
        deals.deal_type = 'venture_round'
        and deals.additivity = 'leaf'
        and events.known_to is null
        and events.qualifier = 'exact'
),

legs as (
    select
        deal_id,
        case qualifier
            when 'up_to' then coalesce(binding_value, 0)
            when 'about' then value - rounding_unit / 2
            else value
        end as low_usd,
        case qualifier
            when 'about' then value + rounding_unit / 2
            else coalesce(value_upper, value)
        end as high_usd,
    from {{ ref('raw_external_deal_legs') }}
    where known_to is null and layer = 'cash'
)

select
    rounds.deal_id,
    rounds.round_usd,
    sum(legs.low_usd) as low_usd,
    sum(legs.high_usd) as high_usd,
from rounds
inner join legs on rounds.deal_id = legs.deal_id
where rounds.deal_id not in ('anthropic_series_h', 'nscale_series_b')
group by rounds.deal_id, rounds.round_usd
having sum(legs.low_usd) > rounds.round_usd or sum(legs.high_usd) < rounds.round_usd
