-- A direction in which no leg has a price has no sum, and one without a leg has zero.
with exposures as (
    select * from {{ ref('company_exposures') }}
)

select *
from exposures
where
    (outgoing_priced_leg_count = 0 and outgoing_leg_count > 0)
    <> (outgoing_usd is null)
    or (incoming_priced_leg_count = 0 and incoming_leg_count > 0)
    <> (incoming_usd is null)
    or (outgoing_leg_count = 0) > (outgoing_usd = 0)
