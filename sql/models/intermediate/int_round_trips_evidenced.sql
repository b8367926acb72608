{#-
The claims that a company's round trips rest on: those behind what it pays, and behind
what everyone pays whom its money can reach.
-#}
with edges as (
    select * from {{ ref('int_company_edges_summed') }}
),

reached as (
    select * from {{ ref('int_company_reaches_walked') }}
),

payers as (
    select
        scenario_id,
        company_id,
        reached_id as payer_id,
    from reached

    union

    select
        scenario_id,
        from_company_id as company_id,
        from_company_id as payer_id,
    from edges
),

evidenced as (
    select
        payers.scenario_id,
        payers.company_id,
        {{ united_claim_ids('edges.evidence_claim_ids') }} as evidence_claim_ids,
    from payers
    inner join edges
        on
            payers.scenario_id = edges.scenario_id
            and payers.payer_id = edges.from_company_id
    group by payers.scenario_id, payers.company_id
)

select * from evidenced
