{#-
What each member of the network pays and takes in, per scenario. A company without any
leg in a direction has zero there; one whose legs all lack a price has NULL.
-#}
with legs as (
    select * from {{ ref('int_deal_legs_by_scenario') }}
    where layer = 'cash'
),

scenarios as (
    select * from {{ ref('stg_scenarios') }}
),

members as (
    select * from {{ ref('int_scenario_members_chosen') }}
),

network_legs as (
    select * from legs
    where is_network_leg
),

flows as (
    {{ summed_flows('network_legs') }}
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
        members.scenario_id,
        members.company_id,
        scenarios.source_layer,
        {%- for column in [
            'outgoing_usd', 'incoming_usd', 'incoming_funding_usd',
            'incoming_revenue_usd', 'net_position_usd', 'gross_exposure_usd',
            'credit_equivalent_usd', 'undrawn_usd',
        ] %}
        case when flows.company_id is null then 0 else flows.{{ column }} end
            as {{ column }},
        {%- endfor %}
        external.funding_usd as external_funding_usd,
        external.funding_point_usd as external_funding_point_usd,
        external.planned_funding_usd as planned_external_funding_usd,
        {%- for column in [
            'outgoing_leg_count', 'outgoing_priced_leg_count', 'incoming_leg_count',
            'incoming_priced_leg_count',
        ] %}
        coalesce(flows.{{ column }}, 0) as {{ column }},
        {%- endfor %}
        list_sort(
            list_distinct(
                list_concat(
                    coalesce(flows.evidence_claim_ids, []),
                    coalesce(external.claim_ids, [])
                )
            )
        ) as evidence_claim_ids,
    from members
    inner join scenarios on members.scenario_id = scenarios.scenario_id
    left join flows
        on
            members.scenario_id = flows.scenario_id
            and members.company_id = flows.company_id
    left join external
        on
            members.scenario_id = external.scenario_id
            and members.company_id = external.company_id
)

select * from final
