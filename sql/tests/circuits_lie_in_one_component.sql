-- Money can go round a circuit of priced cash, so its companies are of one component.
with circuits as (
    select
        scenario_id,
        cycle_id,
        unnest(company_ids) as company_id,
    from {{ ref('deal_cycles') }}
    where is_cash_only and bottleneck_low_usd > 0
),

components as (
    select * from {{ ref('int_company_components_found') }}
)

select
    circuits.scenario_id,
    circuits.cycle_id,
    count(distinct components.component_id) as component_count,
from circuits
left join components
    on
        circuits.scenario_id = components.scenario_id
        and circuits.company_id = components.company_id
group by circuits.scenario_id, circuits.cycle_id
having count(distinct components.component_id) <> 1 or count(*) > count(component_id)
