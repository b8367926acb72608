{#-
F(a, b) of the metric definitions: the additive, current cash legs from one member of
the network to another, added up over their prices. `open_leg_count` counts the legs
that lack a price and are not over: money may yet flow along them.
-#}
with legs as (
    select * from {{ ref('int_deal_legs_by_scenario') }}
    where layer = 'cash' and is_network_leg
),

summed as (
    select
        scenario_id,
        from_company_id,
        to_company_id,
        cast(sum(amount_usd) as decimal(20, 2)) as amount_usd,
        cast(
            sum(amount_usd)
                filter (where flow_kind = 'funding')
            as decimal(20, 2)
        ) as funding_usd,
        cast(
            sum(amount_usd) filter (where flow_kind = 'revenue') as decimal(20, 2)
        ) as purchase_usd,
        cast(
            sum(amount_usd) filter (where not {{ is_paid('status') }})
            as decimal(20, 2)
        ) as undrawn_usd,
        cast(
            sum(amount_usd)
                filter (where flow_kind = 'funding' and {{ is_paid('status') }})
            as decimal(20, 2)
        ) as paid_funding_usd,
        count(*) as leg_count,
        count(amount_usd) as priced_leg_count,
        count(*) filter (where amount_usd is null and weight_ratio > 0)
            as open_leg_count,
        count(*) filter (where flow_kind = 'funding')
            as funding_leg_count,
        count(amount_usd)
            filter (where flow_kind = 'funding')
            as priced_funding_leg_count,
        count(*) filter (where flow_kind = 'revenue') as purchase_leg_count,
        count(amount_usd) filter (where flow_kind = 'revenue')
            as priced_purchase_leg_count,
        {{ united_claim_ids('evidence_claim_ids') }} as evidence_claim_ids,
    from legs
    group by scenario_id, from_company_id, to_company_id
)

select * from summed
