{{
    config(
        materialized='table_function',
        parameters=['known_on'],
        contract={'enforced': false},
        persist_docs={'relation': true, 'columns': false},
    )
}}
{#-
Each deal as it was known on a day: `select * from marts.deals_as_of('2025-09-22')`.
Knowledge time decides; what had happened by then is `event_date <= known_on` beside it.
-#}
with deals as (
    select * from {{ ref('stg_deals') }}
),

events as (
    select * from {{ ref('deal_events') }}
),

known as (
    select * from events
    where
        coalesce(known_from <= cast(known_on as date), true)
        and coalesce(known_to > cast(known_on as date), true)
),

final as (
    select
        deals.deal_id,
        deals.parent_deal_id,
        deals.document_deal_id,
        known.event_id,
        known.claim_id,
        deals.source_layer,
        deals.name,
        deals.deal_type,
        deals.additivity,
        known.event_type,
        known.status_after as status,
        known.amount_qualifier,
        known.amount_low_usd,
        known.amount_point_usd,
        known.amount_high_usd,
        known.capacity_gw,
        known.event_date,
        known.announced_date,
        known.known_from,
        known.known_from_precision,
        known.known_to,
    from deals
    inner join known on deals.deal_id = known.deal_id
)

select * from final
