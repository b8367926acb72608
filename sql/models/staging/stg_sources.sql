with source as (
    select *
    from {{ ref('raw_external_sources') }}
),

renamed as (
    select
        source_id,
        url,
        publisher,
        source_tier,
        published_date,
        date_precision,
        is_opened,
        notes,
    from source
)

select * from renamed
