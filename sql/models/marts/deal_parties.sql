{#-
Who takes part in a deal, and as what: the two ends of each of its legs that are
current. Deals that only total others have no legs, and no parties.
-#}
with legs as (
    select * from {{ ref('stg_deal_legs') }}
    where known_to is null
),

leg_types as (
    select * from {{ ref('stg_leg_types') }}
),

parties as (
    select
        legs.deal_id,
        legs.from_company_id as company_id,
        leg_types.payer_role as role,
        legs.source_layer,
        legs.evidence_claim_ids,
    from legs
    inner join leg_types on legs.leg_type = leg_types.leg_type

    union all

    select
        legs.deal_id,
        legs.to_company_id as company_id,
        leg_types.payee_role as role,
        legs.source_layer,
        legs.evidence_claim_ids,
    from legs
    inner join leg_types on legs.leg_type = leg_types.leg_type
),

final as (
    select
        deal_id,
        company_id,
        role,
        source_layer,
        {{ united_claim_ids('evidence_claim_ids') }} as evidence_claim_ids,
    from parties
    group by deal_id, company_id, role, source_layer
)

select * from final
