-- What all members pay each other is what all members take in, so that net positions
-- sum to zero: per scenario, to the cent.
with exposures as (
    select * from {{ ref('company_exposures') }}
)

select
    scenario_id,
    sum(outgoing_usd) as outgoing_usd,
    sum(incoming_usd) as incoming_usd,
    sum(net_position_usd) as net_position_usd,
from exposures
group by scenario_id
having sum(outgoing_usd) <> sum(incoming_usd) or sum(net_position_usd) <> 0
