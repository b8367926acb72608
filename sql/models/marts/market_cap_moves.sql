with moves as (
    select * from {{ ref('stg_market_cap_moves') }}
),

final as (
    select
        move_id,
        company_id,
        deal_id,
        qualifier,
        change_window,
        date_precision,
        confounding_note,
        value_change_usd,
        change_ratio,
        is_confounded,
        event_date,
        claim_id,
    from moves
)

select * from final
