with sources as (
    select * from {{ ref('stg_sources') }}
),

claims as (
    select * from {{ ref('stg_claims') }}
),

claim_ends as (
    select
        claim_id,
        unnest(list_distinct([source_id, second_source_id])) as source_id,
    from claims
),

claims_counted as (
    select
        source_id,
        count(*) as claim_count,
    from claim_ends
    group by source_id
),

final as (
    select
        sources.source_id,
        sources.url,
        sources.publisher,
        sources.source_tier,
        sources.date_precision,
        sources.notes,
        coalesce(claims_counted.claim_count, 0) as claim_count,
        sources.is_opened,
        sources.published_date,
    from sources
    left join claims_counted on sources.source_id = claims_counted.source_id
)

select * from final
