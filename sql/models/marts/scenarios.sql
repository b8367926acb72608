with scenarios as (
    select * from {{ ref('stg_scenarios') }}
),

final as (
    select
        scenario_id,
        name,
        description,
        amount_bound,
        source_layer,
        is_binding_only,
        sort_order,
    from scenarios
)

select * from final
