-- Every claim that a version of a leg names is known.
with evidence as (
    select
        leg_id,
        known_from,
        unnest(string_split(evidence_claim_ids, ';')) as claim_id,
    from {{ ref('raw_external_deal_legs') }}
)

select
    evidence.leg_id,
    evidence.known_from,
    evidence.claim_id,
from evidence
left join {{ ref('raw_external_claims') }} as claims
    on evidence.claim_id = claims.claim_id
where claims.claim_id is null
