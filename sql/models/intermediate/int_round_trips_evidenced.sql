{#-
The claims that a company's round trips rest on: those behind what it pays itself, and
those behind the edges further on that carry at least a thousandth of its money, also
where they lead it away for good. Where an open leg leaves the round trip unknown, the
claims behind the open edges of those who hold as much of it, and behind the first open
edge of its component, which is one of many that would do. What lies further off or
carries less is not named, so that lists do not grow with the square of the network.
-#}
{%- set least_ratio = 0.001 -%}
with components as (
    select * from {{ ref('int_company_components_found') }}
),

walks as (
    select * from {{ ref('int_round_trips_walked') }}
),

edges as (
    select
        edges.scenario_id,
        edges.from_company_id,
        edges.to_company_id,
        edges.evidence_claim_ids,
        forwards.forward_ratio,
        edges.open_leg_count > 0 as is_open,
        row_number() over (
            order by edges.scenario_id, edges.from_company_id, edges.to_company_id
        ) as edge_number,
    from {{ ref('int_company_edges_summed') }} as edges
    left join {{ ref('int_company_edges_forwarded') }} as forwards
        on
            edges.scenario_id = forwards.scenario_id
            and edges.from_company_id = forwards.from_company_id
            and edges.to_company_id = forwards.to_company_id
),

paid as (
    select
        scenario_id,
        from_company_id as company_id,
        edge_number,
    from edges
),

held as (
    select
        scenario_id,
        company_id,
        holder_id,
        {{ sum_of_ratios('mass_ratio') }} as mass_ratio,
    from walks
    where holder_id <> company_id
    group by scenario_id, company_id, holder_id
    having {{ sum_of_ratios('mass_ratio') }} >= {{ least_ratio }}
),

carried as (
    select
        held.scenario_id,
        held.company_id,
        edges.edge_number,
    from held
    inner join edges
        on
            held.scenario_id = edges.scenario_id
            and held.holder_id = edges.from_company_id
    where
        edges.is_open
        or held.mass_ratio * edges.forward_ratio >= {{ least_ratio }}
),

open_first as (
    select
        edges.scenario_id,
        payers.component_id,
        min(edges.edge_number) as edge_number,
    from edges
    inner join components as payers
        on
            edges.scenario_id = payers.scenario_id
            and edges.from_company_id = payers.company_id
    inner join components as payees
        on
            edges.scenario_id = payees.scenario_id
            and edges.to_company_id = payees.company_id
            and payers.component_id = payees.component_id
    where edges.is_open
    group by edges.scenario_id, payers.component_id
),

left_open as (
    select
        components.scenario_id,
        components.company_id,
        open_first.edge_number,
    from components
    inner join open_first
        on
            components.scenario_id = open_first.scenario_id
            and components.component_id = open_first.component_id
),

chosen as (
    select * from paid
    union all
    select * from carried
    union all
    select * from left_open
),

claimed as (
    select distinct
        chosen.scenario_id,
        chosen.company_id,
        unnest(edges.evidence_claim_ids) as claim_id,
    from chosen
    inner join edges on chosen.edge_number = edges.edge_number
),

evidenced as (
    select
        scenario_id,
        company_id,
        list(claim_id order by claim_id) as evidence_claim_ids,
    from claimed
    group by scenario_id, company_id
)

select * from evidenced
