with source as (
    select
        'document' as source_layer,
        *,
        cast(null as decimal(28, 6)) as value_upper,
    from {{ ref('raw_valuations') }}

    union all by name

    select
        'external' as source_layer,
        *,
    from {{ ref('raw_external_valuations') }}
),

bounded as (
    select
        valuation_id,
        company_id,
        deal_id,
        source_layer,
        valuation_type,
        {{ bounds('value', '_usd', 'decimal(20, 2)') }},
        qualifier,
        observed_date,
        date_precision,
        "window" as value_window,
        claim_id,
    from source
)

select * from bounded
