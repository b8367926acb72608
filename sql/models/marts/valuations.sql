with valuations as (
    select * from {{ ref('stg_valuations') }}
),

final as (
    select
        valuation_id,
        company_id,
        deal_id,
        source_layer,
        valuation_type as metric,
        qualifier,
        value_window as "window",
        date_precision,
        value_low_usd,
        value_point_usd,
        value_high_usd,
        observed_date,
        claim_id,
    from valuations
)

select * from final
