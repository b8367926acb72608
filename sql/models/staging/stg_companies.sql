with source as (
    select
        'document' as source_layer,
        *,
    from {{ ref('raw_companies') }}

    union all by name

    select
        'external' as source_layer,
        *,
    from {{ ref('raw_external_companies') }}
),

renamed as (
    select
        company_id,
        display_name,
        legal_name,
        company_type,
        is_network_member,
        country_code,
        ticker,
        parent_company_id,
        notes,
    from source
)

select * from renamed
