with moves as (
    select * from {{ ref('stg_market_cap_moves') }}
),

claims as (
    select * from {{ ref('stg_claims') }}
),

final as (
    select
        moves.move_id,
        moves.company_id,
        moves.deal_id,
        moves.source_layer,
        claims.metric_code as metric,
        moves.qualifier,
        claims.unit,
        moves.change_window as "window",
        moves.date_precision,
        moves.confounding_note,
        moves.value_low,
        moves.value_point,
        moves.value_high,
        moves.value_change_usd,
        moves.change_ratio,
        moves.is_confounded,
        moves.event_date,
        moves.claim_id,
    from moves
    inner join claims on moves.claim_id = claims.claim_id
)

select * from final
