with events as (
    select * from {{ ref('stg_deal_events') }}
),

final as (
    select
        event_id,
        deal_id,
        superseded_by_event_id,
        claim_id,
        event_type,
        status_after,
        qualifier as amount_qualifier,
        event_date_precision,
        case
            when known_from is null then null
            when known_from in (event_date, announced_date) then event_date_precision
            else 'day'
        end as known_from_precision,
        amount_low_usd,
        amount_point_usd,
        amount_high_usd,
        capacity_gw,
        event_date,
        announced_date,
        known_from,
        known_to,
    from events
)

select * from final
