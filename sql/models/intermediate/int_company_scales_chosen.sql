{#-
The revenue and market value that exposures are set against, from the documents or from
beyond: the accepted revenue of the latest whole year, and the latest market
capitalisation at its lower bound, so that a ratio to it is at most what is shown.
-#}
with revenues as (
    select * from {{ ref('int_revenues_chosen') }}
),

claims as (
    select * from {{ ref('int_claims_resolved') }}
),

valuations as (
    select * from {{ ref('stg_valuations') }}
),

market_caps as (
    select
        valuations.source_layer,
        valuations.company_id,
        valuations.value_low_usd as market_cap_usd,
        valuations.claim_id,
    from valuations
    inner join claims on valuations.claim_id = claims.claim_id
    where
        valuations.valuation_type = 'market_cap'
        and valuations.value_low_usd is not null
        and claims.is_accepted
    qualify
        row_number() over (
            partition by valuations.source_layer, valuations.company_id
            order by
                valuations.observed_date desc nulls last,
                valuations.value_low_usd desc,
                valuations.claim_id asc
        ) = 1
),

final as (
    select
        source_layer,
        company_id,
        revenues.revenue_usd,
        market_caps.market_cap_usd,
        list_sort(
            list_filter(
                [revenues.revenue_claim_id, market_caps.claim_id],
                lambda claim_id: claim_id is not null
            )
        ) as claim_ids,
    from revenues
    full outer join market_caps using (source_layer, company_id)
)

select * from final
