{#-
The revenue and market value that exposures are set against: the accepted revenue of the
latest year, and the market capitalisation at its lower bound, so that a ratio to it is
at most what is shown.
-#}
with metrics as (
    select * from {{ ref('stg_financial_metrics') }}
),

claims as (
    select * from {{ ref('int_claims_resolved') }}
),

valuations as (
    select * from {{ ref('stg_valuations') }}
),

revenues as (
    select
        metrics.company_id,
        max_by(metrics.value_point, (metrics.period_end, metrics.claim_id))
            as revenue_usd,
        [max_by(metrics.claim_id, (metrics.period_end, metrics.claim_id))] as claim_ids,
    from metrics
    inner join claims on metrics.claim_id = claims.claim_id
    where
        metrics.metric_code = 'revenue'
        and metrics.value_point is not null
        and claims.is_accepted
    group by metrics.company_id
),

market_caps as (
    select
        valuations.company_id,
        max_by(
            valuations.value_low_usd, (valuations.value_low_usd, valuations.claim_id)
        ) as market_cap_usd,
        [
            max_by(valuations.claim_id, (valuations.value_low_usd, valuations.claim_id))
        ] as claim_ids,
    from valuations
    inner join claims on valuations.claim_id = claims.claim_id
    where
        valuations.valuation_type = 'market_cap'
        and valuations.value_low_usd is not null
        and claims.is_accepted
    group by valuations.company_id
),

final as (
    select
        coalesce(revenues.company_id, market_caps.company_id) as company_id,
        cast(revenues.revenue_usd as decimal(20, 2)) as revenue_usd,
        market_caps.market_cap_usd,
        list_sort(
            list_concat(
                coalesce(revenues.claim_ids, []), coalesce(market_caps.claim_ids, [])
            )
        ) as claim_ids,
    from revenues
    full outer join market_caps on revenues.company_id = market_caps.company_id
)

select * from final
