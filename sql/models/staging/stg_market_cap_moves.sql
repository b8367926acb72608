with source as (
    select
        'document' as source_layer,
        *,
    from {{ ref('raw_market_cap_moves') }}

    union all by name

    select
        'external' as source_layer,
        *,
    from {{ ref('raw_external_market_cap_moves') }}
),

figures as (
    select
        *,
        coalesce(value_change, change_ratio) as value,
        null as value_upper,
    from source
),

renamed as (
    select
        move_id,
        company_id,
        deal_id,
        source_layer,
        cast(value_change as decimal(20, 2)) as value_change_usd,
        cast(change_ratio as double) as change_ratio,
        {{ bounds('value') }},
        qualifier,
        rounding_unit,
        event_date,
        date_precision,
        "window" as change_window,
        is_confounded,
        confounding_note,
        claim_id,
    from figures
)

select * from renamed
