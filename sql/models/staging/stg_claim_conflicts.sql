with source as (
    select
        'document' as source_layer,
        *,
    from {{ ref('raw_claim_conflicts') }}

    union all by name

    select
        'external' as source_layer,
        *,
    from {{ ref('raw_external_claim_conflicts') }}
),

renamed as (
    select
        conflict_id,
        source_layer,
        claim_id_a,
        claim_id_b,
        conflict_kind,
        description,
        resolution_rule_id,
        chosen_claim_id,
    from source
)

select * from renamed
