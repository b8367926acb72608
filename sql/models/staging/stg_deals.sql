with source as (
    select
        *,
        'document' as source_layer,
        cast(null as varchar) as document_deal_id,
    from {{ ref('raw_deals') }}
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
