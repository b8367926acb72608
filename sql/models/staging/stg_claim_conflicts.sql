with source as (
    select *
    from {{ ref('raw_claim_conflicts') }}
),

renamed as (
    select
        conflict_id,
        claim_id_a,
        claim_id_b,
        conflict_kind,
        description,
        resolution_rule_id,
        chosen_claim_id,
    from source
)

select * from renamed
