{#-
What legs without a price do to a company's round trip. An open leg within reach from
which the money can come home leaves the ratio unknown: the payer, the payee and the
company are then of one component. Any other that touches a company within reach, to it
or from it, only takes money off the way home (a company forwards in proportion to the
greater of its two flows), so that the priced ratio is an upper bound. Reach is followed
backwards from component to component, so that the work grows with the edges.
-#}
with recursive components as (
    select * from {{ ref('int_company_components_found') }}
),

edges as (
    select
        edges.scenario_id,
        edges.from_company_id,
        edges.to_company_id,
        payers.component_id as from_component_id,
        payees.component_id as to_component_id,
        edges.open_leg_count > 0 as is_open,
    from {{ ref('int_company_edges_summed') }} as edges
    inner join components as payers
        on
            edges.scenario_id = payers.scenario_id
            and edges.from_company_id = payers.company_id
    inner join components as payees
        on
            edges.scenario_id = payees.scenario_id
            and edges.to_company_id = payees.company_id
    where edges.amount_usd > 0 or edges.open_leg_count > 0
),

open_within as (
    select distinct
        scenario_id,
        from_component_id as component_id,
    from edges
    where is_open and from_component_id = to_component_id
),

payers as (
    select distinct
        scenario_id,
        from_component_id as component_id,
    from edges
    where is_open
),

payees as (
    select distinct
        scenario_id,
        to_component_id as component_id,
        to_company_id as company_id,
    from edges
    where is_open
),

payees_counted as (
    select
        scenario_id,
        component_id,
        count(*) as payee_count,
    from payees
    group by scenario_id, component_id
),

upstream as (
    select
        edges.scenario_id,
        edges.from_component_id as component_id,
    from edges
    inner join payees_counted
        on
            edges.scenario_id = payees_counted.scenario_id
            and edges.to_component_id = payees_counted.component_id
    where edges.from_component_id <> edges.to_component_id

    union

    select
        edges.scenario_id,
        edges.from_component_id as component_id,
    from upstream
    inner join edges
        on
            upstream.scenario_id = edges.scenario_id
            and upstream.component_id = edges.to_component_id
    where edges.from_component_id <> edges.to_component_id
),

touched as (
    select * from payers
    union
    select * from upstream
),

checked as (
    select
        components.scenario_id,
        components.company_id,
        open_within.component_id is not null as is_return_open,
        true as is_open,
    from components
    left join open_within
        on
            components.scenario_id = open_within.scenario_id
            and components.component_id = open_within.component_id
    left join touched
        on
            components.scenario_id = touched.scenario_id
            and components.component_id = touched.component_id
    left join payees_counted
        on
            components.scenario_id = payees_counted.scenario_id
            and components.component_id = payees_counted.component_id
    left join payees
        on
            components.scenario_id = payees.scenario_id
            and components.company_id = payees.company_id
    where
        touched.component_id is not null
        -- of a component that open legs only enter, whoever reaches another payee
        or payees_counted.payee_count > (payees.company_id is not null)::integer
)

select * from checked
