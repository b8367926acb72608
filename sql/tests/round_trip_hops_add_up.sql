-- The hops of a company sum to its pro-rata ratio, where that is known.
with hops as (
    select
        scenario_id,
        company_id,
        sum(returned_ratio) as returned_ratio,
    from {{ ref('round_trip_hops') }}
    group by scenario_id, company_id
),

ratios as (
    select * from {{ ref('round_trip_ratios') }}
    where tracing_rule = 'pro_rata' and round_trip_ratio is not null
)

select
    ratios.scenario_id,
    ratios.company_id,
    ratios.round_trip_ratio,
    hops.returned_ratio,
from ratios
left join hops
    on
        ratios.scenario_id = hops.scenario_id
        and ratios.company_id = hops.company_id
where abs(ratios.round_trip_ratio - coalesce(hops.returned_ratio, 0)) > 1e-9
