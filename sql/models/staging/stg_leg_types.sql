with source as (
    select *
    from {{ ref('raw_leg_types') }}
),

renamed as (
    select
        leg_type,
        flow_kind,
        payer_role,
        payee_role,
        description,
    from source
)

select * from renamed
