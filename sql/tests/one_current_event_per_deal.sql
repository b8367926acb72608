-- Each deal has exactly one event that nothing newer has replaced.
with deals as (
    select * from {{ ref('deals') }}
),

events as (
    select * from {{ ref('deal_events') }}
)

select
    deals.deal_id,
    count(events.event_id) as current_event_count,
from deals
left join events
    on
        deals.deal_id = events.deal_id
        and events.known_to is null
group by deals.deal_id
having count(events.event_id) <> 1
