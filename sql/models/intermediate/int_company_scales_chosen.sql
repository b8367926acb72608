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
        max_by(metrics.value_point, metrics.period_end) as revenue_usd,
    from metrics
    inner join claims on metrics.claim_id = claims.claim_id
    where metrics.metric_code = 'revenue' and claims.is_accepted
    group by metrics.company_id
),

market_caps as (
    select
        valuations.company_id,
        max(valuations.value_low_usd) as market_cap_usd,
    from valuations
    inner join claims on valuations.claim_id = claims.claim_id
    where valuations.valuation_type = 'market_cap' and claims.is_accepted
    group by valuations.company_id
),

final as (
    select
        coalesce(revenues.company_id, market_caps.company_id) as company_id,
        cast(revenues.revenue_usd as decimal(20, 2)) as revenue_usd,
        market_caps.market_cap_usd,
    from revenues
    full outer join market_caps on revenues.company_id = market_caps.company_id
)

select * from final
