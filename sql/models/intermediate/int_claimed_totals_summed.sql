{#-
What a company is said to have committed in all: the greatest of the accepted totals
about it, at its lower bound. Never added to anything, for it overlaps the single deals.
-#}
with claims as (
    select * from {{ ref('int_claims_resolved') }}
),

totals as (
    select
        source_layer,
        subject_company_id as company_id,
        claim_id as claimed_total_claim_id,
        cast(value_low as decimal(20, 2)) as claimed_total_low_usd,
    from claims
    where
        metric_code = 'commitment_total'
        and status = 'committed'
        and is_accepted
        and value_low is not null
    qualify
        row_number() over (
            partition by source_layer, subject_company_id
            order by value_low desc, claim_id asc
        ) = 1
)

select * from totals
