with source as (
    select *
    from {{ ref('raw_scenario_parameters') }}
),

renamed as (
    select
        scenario_id,
        parameter,
        to_company_id,
        value,
        claim_id,
        reason,
    from source
)

select * from renamed
