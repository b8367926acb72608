-- Two versions of one leg are never known at once, and a version is known for a while.
with legs as (
    select
        leg_id,
        deal_id,
        known_from,
        coalesce(known_to, date '9999-12-31') as known_to,
    from {{ ref('raw_external_deal_legs') }}
)

select
    earlier.leg_id,
    earlier.known_from,
    earlier.known_to,
    later.known_from as later_from,
from legs as earlier
left join legs as later
    on
        earlier.leg_id = later.leg_id
        and earlier.known_from < later.known_from
where
    earlier.known_from >= earlier.known_to
    or later.known_from < earlier.known_to
    or later.deal_id <> earlier.deal_id
