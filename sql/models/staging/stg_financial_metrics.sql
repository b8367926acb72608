with source as (
    select *
    from {{ ref('raw_financial_metrics') }}
),

bounded as (
    select
        observation_id,
        company_id,
        metric_code,
        {{ bounds('value') }},
        qualifier,
        unit,
        period_label,
        period_start,
        period_end,
        modality,
        claim_id,
    from source
)

select * from bounded
