with source as (
    select *
    from {{ ref('raw_leg_types') }}
),

renamed as (
    select
        leg_type,
        flow_kind,
        description,
    from source
)

select * from renamed
