with source as (
    select *
    from {{ ref('raw_claim_resolutions') }}
),

renamed as (
    select
        claim_id,
        resolution_rule_id,
        is_accepted,
        chosen_claim_id,
        reason,
    from source
)

select * from renamed
