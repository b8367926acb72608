with rules as (
    select * from {{ ref('stg_resolution_rules') }}
),

final as (
    select
        resolution_rule_id,
        name,
        description,
        priority,
    from rules
)

select * from final
