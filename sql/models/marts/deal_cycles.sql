{#-
Closed circuits of the deal network. A circuit is cash only where every step has a cash
leg; it is inconsistent in time where it takes a step that is over together with one
that is yet to come, so that no money ever went all the way round.
-#}
with cycles as (
    select * from {{ ref('int_company_cycles_walked') }}
),

links as (
    select * from {{ ref('int_company_links_joined') }}
),

edges as (
    select * from {{ ref('int_company_edges_forwarded') }}
),

positions as (
    select
        cycle_id,
        company_ids,
        length,
        unnest(range(1, length + 1)) as position,
    from cycles
),

steps as (
    select
        cycle_id,
        company_ids,
        length,
        company_ids[position] as from_company_id,
        company_ids[position % length + 1] as to_company_id,
    from positions
),

steps_joined as (
    select
        steps.cycle_id,
        steps.company_ids,
        steps.length,
        links.*,
        edges.forward_ratio,
    from steps
    inner join links
        on
            steps.from_company_id = links.from_company_id
            and steps.to_company_id = links.to_company_id
    left join edges
        on
            links.scenario_id = edges.scenario_id
            and links.from_company_id = edges.from_company_id
            and links.to_company_id = edges.to_company_id
            and links.is_cash
),

summed as (
    select
        scenario_id,
        cycle_id,
        company_ids,
        length,
        cast(sum(leg_count) as bigint) as leg_count,
        cast(sum(priced_leg_count) as bigint) as priced_leg_count,
        min(amount_usd) as least_usd,
        product(forward_ratio) as forward_ratio,
        bool_and(leg_count = priced_leg_count) as is_priced,
        bool_and(priced_leg_count > 0) as is_partly_priced,
        bool_and(is_cash) as is_cash_only,
        not (bool_or(is_over) and bool_or(is_pending)) as is_temporally_consistent,
        {{ united_claim_ids('evidence_claim_ids') }} as evidence_claim_ids,
    from steps_joined
    group by scenario_id, cycle_id, company_ids, length
    having count(*) = length
),

final as (
    select
        scenario_id,
        cycle_id,
        company_ids,
        length,
        leg_count,
        priced_leg_count,
        case when is_priced then least_usd end as bottleneck_usd,
        case when is_partly_priced then least_usd end as bottleneck_low_usd,
        case
            when is_priced and is_cash_only and least_usd = 0 then cast(0 as double)
            when is_priced and is_cash_only then round(forward_ratio, 12)
        end as forward_ratio,
        is_priced,
        is_cash_only,
        is_temporally_consistent,
        evidence_claim_ids,
    from summed
)

select * from final
