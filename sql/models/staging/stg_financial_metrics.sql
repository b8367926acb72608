with source as (
    select
        'document' as source_layer,
        *,
    from {{ ref('raw_financial_metrics') }}

    union all by name

    select
        'external' as source_layer,
        *,
    from {{ ref('raw_external_financial_metrics') }}
),

bounded as (
    select
        observation_id,
        company_id,
        source_layer,
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
