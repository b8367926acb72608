{#-
The network as a whole. Flows are over priced cash legs between members; a share of them
counts against a whole that unpriced legs would enlarge, hence the bounds.
-#}
with scenarios as (
    select * from {{ ref('stg_scenarios') }}
),

members as (
    select * from {{ ref('int_scenario_members_chosen') }}
),

edges as (
    select * from {{ ref('int_company_edges_summed') }}
),

cycles as (
    select * from {{ ref('deal_cycles') }}
),

exposures as (
    select * from {{ ref('company_exposures') }}
),

reciprocities as (
    select * from {{ ref('int_network_reciprocities_bounded') }}
),

cyclings as (
    select * from {{ ref('int_network_cyclings_summed') }}
),

circulations as (
    select * from {{ ref('int_network_circulations_maximised') }}
),

members_counted as (
    select
        scenario_id,
        count(*) as member_count,
    from members
    group by scenario_id
),

edge_ends as (
    select
        scenario_id,
        from_company_id as company_id,
    from edges

    union

    select
        scenario_id,
        to_company_id as company_id,
    from edges
),

companies_counted as (
    select
        scenario_id,
        count(*) as company_count,
    from edge_ends
    group by scenario_id
),

edges_summed as (
    select
        scenario_id,
        count(*) as edge_count,
        count(amount_usd) as priced_edge_count,
        cast(sum(leg_count) as bigint) as leg_count,
        cast(sum(priced_leg_count) as bigint) as priced_leg_count,
        cast(sum(amount_usd) as decimal(20, 2)) as total_flow_usd,
        {{ united_claim_ids('evidence_claim_ids') }} as evidence_claim_ids,
    from edges
    group by scenario_id
),

cycles_counted as (
    select
        scenario_id,
        count(*) as cycle_count,
        count(*) filter (where is_priced and is_cash_only) as priced_cash_cycle_count,
    from cycles
    group by scenario_id
),

netted as (
    select
        scenario_id,
        {{ ratio('sum(abs(net_position_usd))', 'sum(gross_exposure_usd)') }}
            as net_ratio,
    from exposures
    group by scenario_id
),

final as (
    select
        scenarios.scenario_id,
        coalesce(members_counted.member_count, 0) as member_count,
        coalesce(companies_counted.company_count, 0) as company_count,
        coalesce(edges_summed.edge_count, 0) as edge_count,
        coalesce(edges_summed.priced_edge_count, 0) as priced_edge_count,
        coalesce(edges_summed.leg_count, 0) as leg_count,
        coalesce(edges_summed.priced_leg_count, 0) as priced_leg_count,
        coalesce(cycles_counted.cycle_count, 0) as cycle_count,
        coalesce(cycles_counted.priced_cash_cycle_count, 0) as priced_cash_cycle_count,
        edges_summed.total_flow_usd,
        cyclings.throughflow_usd as total_throughflow_usd,
        round(1 - netted.net_ratio, 12) as netting_ratio,
        reciprocities.reciprocity_ratio,
        reciprocities.reciprocity_ratio_low,
        reciprocities.reciprocity_ratio_high,
        reciprocities.priced_reciprocity_ratio,
        circulations.maximum_circulation_ratio,
        circulations.maximum_circulation_ratio_low,
        circulations.maximum_circulation_ratio_high,
        circulations.priced_maximum_circulation_ratio,
        cyclings.finn_cycling_index,
        cyclings.finn_cycling_index_low,
        cyclings.finn_cycling_index_high,
        cyclings.priced_finn_cycling_index,
        cyclings.finn_residual_ratio,
        {{ ratio('edges_summed.priced_leg_count', 'edges_summed.leg_count') }}
            as coverage_ratio,
        coalesce(edges_summed.evidence_claim_ids, cast([] as varchar[]))
            as evidence_claim_ids,
    from scenarios
    left join members_counted
        on scenarios.scenario_id = members_counted.scenario_id
    left join companies_counted
        on scenarios.scenario_id = companies_counted.scenario_id
    left join edges_summed on scenarios.scenario_id = edges_summed.scenario_id
    left join cycles_counted on scenarios.scenario_id = cycles_counted.scenario_id
    left join reciprocities on scenarios.scenario_id = reciprocities.scenario_id
    left join cyclings on scenarios.scenario_id = cyclings.scenario_id
    left join netted on scenarios.scenario_id = netted.scenario_id
    left join circulations on scenarios.scenario_id = circulations.scenario_id
)

select * from final
