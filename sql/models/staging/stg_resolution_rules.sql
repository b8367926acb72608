with source as (
    select *
    from {{ ref('raw_resolution_rules') }}
),

renamed as (
    select
        resolution_rule_id,
        name,
        description,
        priority,
    from source
)

select * from renamed
