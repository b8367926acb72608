{#-
What each member has with each counterparty, on three bases: dollars it pays, dollars it
takes in, and gigawatts it is to take from suppliers. Capacity is the figure that the
documents name, whatever binds of it: it has no price that a scenario could choose.
-#}
with edges as (
    select * from {{ ref('int_company_edges_summed') }}
),

legs as (
    select * from {{ ref('int_deal_legs_by_scenario') }}
    where layer = 'cash' and is_network_leg
),

quantities as (
    select * from {{ ref('stg_deal_legs') }}
    where quantity_unit = 'gw'
),

outgoing as (
    select
        scenario_id,
        from_company_id as company_id,
        to_company_id as counterparty_id,
        'outgoing_usd' as basis,
        cast(amount_usd as double) as amount,
        leg_count,
        priced_leg_count,
        evidence_claim_ids,
    from edges
),

incoming as (
    select
        scenario_id,
        to_company_id as company_id,
        from_company_id as counterparty_id,
        'incoming_usd' as basis,
        cast(amount_usd as double) as amount,
        leg_count,
        priced_leg_count,
        evidence_claim_ids,
    from edges
),

capacity as (
    select
        legs.scenario_id,
        legs.from_company_id as company_id,
        legs.to_company_id as counterparty_id,
        'capacity_gw' as basis,
        cast(sum(quantities.quantity) as double) as amount,
        count(*) as leg_count,
        count(quantities.quantity) as priced_leg_count,
        {{ united_claim_ids('legs.evidence_claim_ids') }} as evidence_claim_ids,
    from legs
    left join quantities on legs.leg_id = quantities.leg_id
    where legs.flow_kind = 'revenue'
    group by legs.scenario_id, legs.from_company_id, legs.to_company_id
),

united as (
    select * from outgoing
    union all
    select * from incoming
    union all
    select * from capacity
)

select * from united
