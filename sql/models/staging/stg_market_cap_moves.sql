with source as (
    select *
    from {{ ref('raw_market_cap_moves') }}
),

renamed as (
    select
        move_id,
        company_id,
        deal_id,
        cast(value_change as decimal(20, 2)) as value_change_usd,
        cast(change_ratio as double) as change_ratio,
        qualifier,
        rounding_unit,
        event_date,
        date_precision,
        "window" as change_window,
        is_confounded,
        confounding_note,
        claim_id,
    from source
)

select * from renamed
