-- What all members pay each other is what all members take in: per scenario, to the
-- cent. Where no direction of anyone lacks prices, net positions then sum to zero.
with exposures as (
    select * from {{ ref('company_exposures') }}
)

select
    scenario_id,
    sum(outgoing_usd) as outgoing_usd,
    sum(incoming_usd) as incoming_usd,
from exposures
group by scenario_id
having sum(outgoing_usd) <> sum(incoming_usd)
