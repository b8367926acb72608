{#-
What a company's market value did on a deal, per dollar and per gigawatt of that deal.
Raw changes as they are printed, never abnormal returns: no benchmark is taken off. Of
several windows the whole trading day counts first. The deal counts at its upper bound;
without a price the ratio is NULL.
-#}
with moves as (
    select * from {{ ref('stg_market_cap_moves') }}
),

deals as (
    select * from {{ ref('deals') }}
),

claims as (
    select * from {{ ref('int_claims_resolved') }}
    where is_accepted
),

moves_ranked as (
    select
        moves.*,
        case moves.change_window
            when 'single_day' then 1
            when 'unknown' then 2
            else 3
        end as window_rank,
    from moves
    inner join claims on moves.claim_id = claims.claim_id
),

reactions as (
    select
        company_id,
        deal_id,
        {%- for column in ['value_change_usd', 'change_ratio'] %}
        arg_min({{ column }}, (window_rank, event_date, claim_id))
            filter (where {{ column }} is not null) as {{ column }},
        arg_min(change_window, (window_rank, event_date, claim_id))
            filter (where {{ column }} is not null) as {{ column }}_window,
        {%- endfor %}
        bool_or(is_confounded) as is_confounded,
        list_sort(list(claim_id)) as evidence_claim_ids,
    from moves_ranked
    group by company_id, deal_id
),

final as (
    select
        reactions.company_id,
        reactions.deal_id,
        coalesce(reactions.value_change_usd_window, reactions.change_ratio_window)
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
