{#-
What each member of the network pays and takes in, per scenario. A company without any
leg in a direction has zero there; one whose legs all lack a price has NULL.
-#}
with legs as (
    select
        *,
        status not in ('closed', 'disbursed', 'historical') as is_undrawn,
    from {{ ref('int_deal_legs_by_scenario') }}
    where layer = 'cash'
),

scenarios as (
    select * from {{ ref('stg_scenarios') }}
),

members as (
    select * from {{ ref('int_scenario_members_chosen') }}
),

grid as (
    select
        members.scenario_id,
        members.company_id,
        scenarios.source_layer,
    from members
    inner join scenarios on members.scenario_id = scenarios.scenario_id
),

outgoing as (
    select
        scenario_id,
        from_company_id as company_id,
        sum(amount_usd) as amount_usd,
        sum(amount_usd * cast(weight_ratio as decimal(6, 4))) as weighted_usd,
        sum(amount_usd) filter (where is_undrawn) as undrawn_usd,
        count(*) as leg_count,
        count(*) filter (where is_undrawn) as undrawn_leg_count,
        count(amount_usd) as priced_leg_count,
        {{ united_claim_ids('evidence_claim_ids') }} as claim_ids,
    from legs
    where is_network_leg
    group by scenario_id, from_company_id
),

incoming as (
    select
        scenario_id,
        to_company_id as company_id,
        sum(amount_usd) as amount_usd,
        sum(amount_usd) filter (where flow_kind = 'funding')
            as funding_usd,
        sum(amount_usd) filter (where flow_kind = 'revenue') as revenue_usd,
        count(*) as leg_count,
        count(*) filter (where flow_kind = 'funding')
            as funding_leg_count,
        count(*) filter (where flow_kind = 'revenue') as revenue_leg_count,
        count(amount_usd) as priced_leg_count,
        {{ united_claim_ids('evidence_claim_ids') }} as claim_ids,
    from legs
    where is_network_leg
    group by scenario_id, to_company_id
),

external as (
    select
        scenario_id,
        to_company_id as company_id,
        sum(amount_usd) filter (where weight_ratio = 1) as funding_usd,
        sum(amount_point_usd) filter (where weight_ratio = 1) as funding_point_usd,
        sum(amount_usd) filter (where weight_ratio < 1) as planned_funding_usd,
        {{ united_claim_ids('evidence_claim_ids') }} as claim_ids,
    from legs
    where is_additive and not is_network_leg and flow_kind = 'funding'
    group by scenario_id, to_company_id
),

final as (
    select
        grid.scenario_id,
        grid.company_id,
        grid.source_layer,
        case when outgoing.leg_count is null then 0 else outgoing.amount_usd end
            as outgoing_usd,
        case when incoming.leg_count is null then 0 else incoming.amount_usd end
            as incoming_usd,
        case
            when coalesce(incoming.funding_leg_count, 0) = 0 then 0
            else incoming.funding_usd
        end as incoming_funding_usd,
        case
            when coalesce(incoming.revenue_leg_count, 0) = 0 then 0
            else incoming.revenue_usd
        end as incoming_revenue_usd,
        case when outgoing.leg_count is null then 0 else outgoing.weighted_usd end
            as credit_equivalent_usd,
        case
            when coalesce(outgoing.undrawn_leg_count, 0) = 0 then 0
            else outgoing.undrawn_usd
        end as undrawn_usd,
        external.funding_usd as external_funding_usd,
        external.funding_point_usd as external_funding_point_usd,
        external.planned_funding_usd as planned_external_funding_usd,
        coalesce(outgoing.leg_count, 0) as outgoing_leg_count,
        coalesce(outgoing.priced_leg_count, 0) as outgoing_priced_leg_count,
        coalesce(incoming.leg_count, 0) as incoming_leg_count,
        coalesce(incoming.priced_leg_count, 0) as incoming_priced_leg_count,
        list_sort(
            list_distinct(
                list_concat(
                    list_concat(
                        coalesce(outgoing.claim_ids, []),
                        coalesce(incoming.claim_ids, [])
                    ),
                    coalesce(external.claim_ids, [])
                )
            )
        ) as evidence_claim_ids,
    from grid
    left join outgoing
        on
            grid.scenario_id = outgoing.scenario_id
            and grid.company_id = outgoing.company_id
    left join incoming
        on
            grid.scenario_id = incoming.scenario_id
            and grid.company_id = incoming.company_id
    left join external
        on
            grid.scenario_id = external.scenario_id
            and grid.company_id = external.company_id
)

select * from final
