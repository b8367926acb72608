with source as (
    select
        'document' as source_layer,
        *,
    from {{ ref('raw_company_aliases') }}

    union all by name

    select
        'external' as source_layer,
        *,
    from {{ ref('raw_external_company_aliases') }}
),

renamed as (
    select
        alias,
        company_id,
        alias_type,
        script,
        notes,
    from source
)

select * from renamed
