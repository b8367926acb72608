with walks as (
    select * from {{ ref('int_round_trips_walked') }}
    where is_returned
),

edges as (
    select * from {{ ref('int_company_edges_summed') }}
),

evidence as (
    select * from {{ ref('int_round_trips_evidenced') }}
),

outgoing as (
    select
        scenario_id,
        from_company_id as company_id,
        sum(amount_usd) as outgoing_usd,
    from edges
    group by scenario_id, from_company_id
),

final as (
    select
        walks.scenario_id,
        walks.company_id,
        walks.hop,
        round(walks.mass_ratio, 12) as returned_ratio,
        cast(
            round(walks.mass_ratio * cast(outgoing.outgoing_usd as double), 2)
            as decimal(20, 2)
        ) as returned_usd,
        evidence.evidence_claim_ids,
    from walks
    inner join outgoing
        on
            walks.scenario_id = outgoing.scenario_id
            and walks.company_id = outgoing.company_id
    inner join evidence
        on
            walks.scenario_id = evidence.scenario_id
            and walks.company_id = evidence.company_id
)

select * from final
