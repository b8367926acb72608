-- Where a circuit of priced cash carries anything, some passes through a company again.
with circuits as (
    select distinct scenario_id
    from {{ ref('deal_cycles') }}
    where is_cash_only and bottleneck_usd > 0
),

summaries as (
    select * from {{ ref('network_summaries') }}
)

select
    summaries.scenario_id,
    summaries.finn_cycling_index,
from summaries
inner join circuits on summaries.scenario_id = circuits.scenario_id
where summaries.finn_cycling_index <= 0
