with source as (
    select *
    from {{ ref('raw_scenarios') }}
),

renamed as (
    select
        scenario_id,
        name,
        description,
        amount_bound,
        source_layer,
        is_binding_only,
        sort_order,
    from source
)

select * from renamed
