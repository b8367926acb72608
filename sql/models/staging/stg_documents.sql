with source as (
    select *
    from {{ ref('raw_documents') }}
),

renamed as (
    select
        document_id,
        title,
        publisher,
        url,
        language,
        script,
        published_date,
        published_not_before,
        published_not_after,
        paragraph_count,
        source_tier,
        sha256,
        notes,
    from source
)

select * from renamed
