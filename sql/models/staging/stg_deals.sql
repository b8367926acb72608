with source as (
    select
        'document' as source_layer,
        *,
    from {{ ref('raw_deals') }}

    union all by name

    select
        'external' as source_layer,
        *,
    from {{ ref('raw_external_deals') }}
),

renamed as (
    select
        deal_id,
        source_layer,
        document_deal_id,
        name,
        deal_type,
        additivity,
        parent_deal_id,
        scope_note,
        capacity_gw,
        capacity_qualifier,
    from source
)

select * from renamed
