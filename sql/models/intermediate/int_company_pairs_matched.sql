{#-
Each edge with the edge that leads back, and what the two leave open. What surely
returns (`returned_low_usd`) counts a way back without a price with nothing: a bound,
never a value. Nothing can return where no leg leads back, or all that do are zero or
over: what an earlier model paid without saying how much is no part of this one.
-#}
with edges as (
    select * from {{ ref('int_company_edges_summed') }}
),

paired as (
    select
        edges.scenario_id,
        edges.from_company_id,
        edges.to_company_id,
        edges.amount_usd as outgoing_usd,
        case
            when returns.leg_count is null then cast(0 as decimal(20, 2))
            else returns.amount_usd
        end as return_usd,
        case
            when edges.amount_usd is not null
                then least(edges.amount_usd, coalesce(returns.amount_usd, 0))
        end as returned_low_usd,
        edges.funding_usd,
        returns.purchase_usd as return_purchase_usd,
        edges.leg_count as outgoing_leg_count,
        edges.priced_leg_count as outgoing_priced_leg_count,
        coalesce(returns.leg_count, 0) as return_leg_count,
        coalesce(returns.priced_leg_count, 0) as return_priced_leg_count,
        edges.open_leg_count > 0 as is_outgoing_open,
        coalesce(returns.open_leg_count > 0, false)
        and (edges.open_leg_count > 0 or coalesce(edges.amount_usd, 0) > 0)
            as is_return_open,
        returns.leg_count is null
        or (
            returns.open_leg_count = 0 and coalesce(returns.amount_usd, 0) = 0
        ) as is_one_way,
        edges.funding_leg_count > edges.priced_funding_leg_count as is_funding_open,
        coalesce(
            returns.purchase_leg_count > returns.priced_purchase_leg_count, false
        ) as is_return_purchase_open,
        list_sort(
            list_distinct(
                list_concat(
                    edges.evidence_claim_ids, coalesce(returns.evidence_claim_ids, [])
                )
            )
        ) as evidence_claim_ids,
    from edges
    left join edges as returns
        on
            edges.scenario_id = returns.scenario_id
            and edges.from_company_id = returns.to_company_id
            and edges.to_company_id = returns.from_company_id
)

select * from paired
