with deals as (
    select * from {{ ref('stg_deals') }}
),

events as (
    select * from {{ ref('stg_deal_events') }}
),

legs as (
    select * from {{ ref('stg_deal_legs') }}
),

legs_counted as (
    select
        deal_id,
        count(*) as leg_count,
        count(coalesce(amount_high_usd, amount_low_usd)) as priced_leg_count,
        count(*) filter (where layer = 'cash') as cash_leg_count,
        count(coalesce(amount_high_usd, amount_low_usd)) filter (where layer = 'cash')
            as priced_cash_leg_count,
        {{ united_claim_ids('evidence_claim_ids') }} as leg_claim_ids,
    from legs
    where known_to is null
    group by deal_id
),

events_dated as (
    select
        deal_id,
        min(announced_date) as announced_date,
        list(claim_id) filter (where claim_id is not null) as event_claim_ids,
    from events
    group by deal_id
),

current_events as (
    select * from events
    where known_to is null
),

final as (
    select
        deals.deal_id,
        deals.parent_deal_id,
        deals.document_deal_id,
        deals.source_layer,
        deals.name,
        deals.deal_type,
        deals.additivity,
        current_events.status_after as status,
        current_events.qualifier as amount_qualifier,
        deals.capacity_qualifier,
        deals.scope_note,
        current_events.amount_low_usd,
        current_events.amount_point_usd,
        current_events.amount_high_usd,
        deals.capacity_gw,
        coalesce(legs_counted.leg_count, 0) as leg_count,
        coalesce(legs_counted.priced_leg_count, 0) as priced_leg_count,
        coalesce(legs_counted.cash_leg_count, 0) as cash_leg_count,
        coalesce(legs_counted.priced_cash_leg_count, 0) as priced_cash_leg_count,
        events_dated.announced_date,
        list_sort(
            list_distinct(
                list_concat(
                    coalesce(legs_counted.leg_claim_ids, []),
                    coalesce(events_dated.event_claim_ids, [])
                )
            )
        ) as evidence_claim_ids,
    from deals
    left join current_events on deals.deal_id = current_events.deal_id
    left join legs_counted on deals.deal_id = legs_counted.deal_id
    left join events_dated on deals.deal_id = events_dated.deal_id
)

select * from final
