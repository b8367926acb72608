with source as (
    select
        'document' as source_layer,
        *,
    from {{ ref('raw_deal_events') }}

    union all by name

    select
        'external' as source_layer,
        *,
    from {{ ref('raw_external_deal_events') }}
),

bounded as (
    select
        event_id,
        deal_id,
        event_type,
        event_date,
        event_date_precision,
        announced_date,
        known_from,
        known_to,
        status_after,
        {{ bounds('amount', '_usd', 'decimal(20, 2)') }},
        qualifier,
        capacity_gw,
        superseded_by_event_id,
        claim_id,
    from source
)

select * from bounded
