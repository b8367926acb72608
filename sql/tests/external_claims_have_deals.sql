-- Every claim of a leg belongs to a deal, and every one that is accepted is what a leg
-- or an event rests on, or has been judged.
with claims as (
    select * from {{ ref('raw_external_claims') }}
    where fact_list like '%deals'
),

evidence as (
    select unnest(string_split(evidence_claim_ids, ';')) as claim_id
    from {{ ref('raw_external_deal_legs') }}

    union

    select claim_id from {{ ref('raw_external_deal_events') }}

    union

    select claim_id from {{ ref('raw_external_claim_resolutions') }}
)

select
    claims.claim_id,
    claims.deal_id,
from claims
left join {{ ref('raw_external_deals') }} as deals on claims.deal_id = deals.deal_id
left join evidence on claims.claim_id = evidence.claim_id
where deals.deal_id is null or evidence.claim_id is null
