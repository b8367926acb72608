-- The events of a deal follow each other without a gap, and the last one is current.
with events as (
    select
        *,
        lead(event_id) over chain as next_event_id,
        lead(known_from) over chain as next_known_from,
    from {{ ref('raw_external_deal_events') }}
    window chain as (partition by deal_id order by known_from, event_id)
),

broken as (
    select
        deal_id,
        event_id,
    from events
    where
        known_to is distinct from next_known_from
        or superseded_by_event_id is distinct from next_event_id
),

eventless as (
    select
        deals.deal_id,
        null as event_id,
    from {{ ref('raw_external_deals') }} as deals
    left join events on deals.deal_id = events.deal_id
    where events.deal_id is null
)

select * from broken
union all
select * from eventless
