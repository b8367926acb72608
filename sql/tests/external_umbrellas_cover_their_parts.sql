-- An umbrella is at least as large as the deals below it, at their upper bounds; only
-- an umbrella has parts, and an aggregate has no legs.
with events as (
    select
        deal_id,
        qualifier in ('at_least', 'more_than') as is_open,
        case qualifier
            when 'about' then value + rounding_unit / 2
            else coalesce(value_upper, value)
        end as high_usd,
    from {{ ref('raw_external_deal_events') }}
    where known_to is null
),

deals as (
    select
        deals.*,
        events.high_usd,
        events.is_open,
    from {{ ref('raw_external_deals') }} as deals
    inner join events on deals.deal_id = events.deal_id
),

too_small as (
    select umbrellas.deal_id
    from deals as umbrellas
    inner join deals as parts on umbrellas.deal_id = parts.parent_deal_id
    group by umbrellas.deal_id, umbrellas.high_usd, umbrellas.is_open
    having sum(parts.high_usd) > umbrellas.high_usd and not umbrellas.is_open
),

wrong_parents as (
    select parts.deal_id
    from deals as parts
    inner join deals as parents on parts.parent_deal_id = parents.deal_id
    where parents.additivity = 'aggregate'
),

summed_aggregates as (
    select deals.deal_id
    from deals
    inner join {{ ref('raw_external_deal_legs') }} as legs
        on deals.deal_id = legs.deal_id
    where deals.additivity = 'aggregate'
)

select deal_id, 'smaller than its parts' as problem from too_small
union all
select deal_id, 'part of an aggregate' as problem from wrong_parents
union all
select deal_id, 'aggregate with a leg' as problem from summed_aggregates
