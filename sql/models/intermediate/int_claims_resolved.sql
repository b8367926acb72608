{#- Each claim with the rule that accepted or rejected it. -#}
with claims as (
    select * from {{ ref('stg_claims') }}
),

resolutions as (
    select * from {{ ref('stg_claim_resolutions') }}
),

resolved as (
    select
        claims.*,
        coalesce(resolutions.resolution_rule_id, 'R0') as resolution_rule_id,
        resolutions.chosen_claim_id,
        coalesce(resolutions.reason, 'Nothing contradicts it.') as resolution_reason,
        coalesce(resolutions.is_accepted, true) as is_accepted,
    from claims
    left join resolutions on claims.claim_id = resolutions.claim_id
)

select * from resolved
