{#-
What a company's market value did on a deal, per dollar and per gigawatt of that deal.
Raw changes as the documents print them, never abnormal returns: no benchmark is taken
off. The deal counts at its upper bound; without a price the ratio is NULL.
-#}
with moves as (
    select * from {{ ref('stg_market_cap_moves') }}
),

deals as (
    select * from {{ ref('deals') }}
),

reactions as (
    select
        company_id,
        deal_id,
        max(value_change_usd) as value_change_usd,
        max(change_ratio) as change_ratio,
        max(change_window) filter (where value_change_usd is not null)
            as value_change_window,
        max(change_window) filter (where change_ratio is not null)
            as change_ratio_window,
        bool_or(is_confounded) as is_confounded,
        list_sort(list(claim_id)) as evidence_claim_ids,
    from moves
    group by company_id, deal_id
),

final as (
    select
        reactions.company_id,
        reactions.deal_id,
        coalesce(reactions.value_change_window, reactions.change_ratio_window)
            as "window",
        reactions.change_ratio_window,
        reactions.value_change_usd,
        deals.amount_high_usd as deal_amount_high_usd,
        deals.capacity_gw as deal_capacity_gw,
        reactions.change_ratio,
        {{ ratio('reactions.value_change_usd', 'deals.amount_high_usd') }}
            as value_change_per_deal_usd,
        cast(
            reactions.value_change_usd / nullif(deals.capacity_gw, 0)
            as decimal(20, 2)
        ) as value_change_per_gw_usd,
        reactions.is_confounded,
        list_sort(
            list_distinct(
                list_concat(reactions.evidence_claim_ids, deals.evidence_claim_ids)
            )
        ) as evidence_claim_ids,
    from reactions
    inner join deals on reactions.deal_id = deals.deal_id
)

select * from final
