with source as (
    select
        'document' as source_layer,
        *,
    from {{ ref('raw_claim_resolutions') }}

    union all by name

    select
        'external' as source_layer,
        *,
    from {{ ref('raw_external_claim_resolutions') }}
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
