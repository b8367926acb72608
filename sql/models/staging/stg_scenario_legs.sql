with source as (
    select *
    from {{ ref('raw_scenario_legs') }}
),

renamed as (
    select
        scenario_id,
        leg_id,
        reason,
    from source
)

select * from renamed
