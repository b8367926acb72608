with source as (
    select *
    from {{ ref('raw_deals') }}
),

renamed as (
    select
        deal_id,
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
