with documents as (
    select * from {{ ref('stg_documents') }}
),

claims as (
    select * from {{ ref('stg_claims') }}
),

claims_counted as (
    select
        document_id,
        count(*) as claim_count,
    from claims
    where document_id is not null
    group by document_id
),

final as (
    select
        documents.document_id,
        documents.title,
        documents.publisher,
        documents.url,
        documents.language,
        documents.script,
        documents.source_tier,
        documents.sha256,
        documents.notes,
        documents.paragraph_count,
        coalesce(claims_counted.claim_count, 0) as claim_count,
        documents.published_date,
        documents.published_not_before,
        documents.published_not_after,
    from documents
    left join claims_counted on documents.document_id = claims_counted.document_id
)

select * from final
