with source as (
    select *
    from {{ ref('raw_scenario_leg_amounts') }}
),

renamed as (
    select
        scenario_id,
        leg_id,
        cast(value as decimal(20, 2)) as amount_usd,
        imputation_method,
        claim_id,
        reason,
    from source
)

select * from renamed
