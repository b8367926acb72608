with observations as (
    select * from {{ ref('stg_financial_metrics') }}
),

claims as (
    select * from {{ ref('int_claims_resolved') }}
),

final as (
    select
        observations.observation_id,
        observations.company_id,
        observations.source_layer,
        observations.metric_code as metric,
        observations.qualifier,
        observations.unit,
        observations.modality,
        observations.period_label,
        observations.value_low,
        observations.value_point,
        observations.value_high,
        claims.is_accepted,
        observations.period_start,
        observations.period_end,
        observations.claim_id,
    from observations
    inner join claims on observations.claim_id = claims.claim_id
)

select * from final
