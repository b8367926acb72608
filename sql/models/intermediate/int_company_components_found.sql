{#-
The strongly connected components of each scenario's network: within one, money can come
from any company to any other, over edges that have a price or may yet have one; what
leaves it never comes back. A large network has one great component beside small ones
(Broder et al. 2000), so that one is found first: what a well connected company reaches
and is reached by, which takes time in proportion to the edges. Of the edges left, those
that begin where none ends, or end where none begins, are taken off several times over;
among the few others each pair of which one company reaches the other is looked at.
-#}
{%- set trims = 4 -%}
with recursive edges as (
    select
        scenario_id,
        from_company_id,
        to_company_id,
    from {{ ref('int_company_edges_summed') }}
    where amount_usd > 0 or open_leg_count > 0
),

ends as (
    select
        scenario_id,
        from_company_id as company_id,
        1 as out_count,
        0 as in_count,
    from edges

    union all

    select
        scenario_id,
        to_company_id as company_id,
        0 as out_count,
        1 as in_count,
    from edges
),

companies as (
    select
        scenario_id,
        company_id,
        least(sum(out_count), sum(in_count)) as way_count,
    from ends
    group by scenario_id, company_id
),

pivots as (
    select
        scenario_id,
        company_id,
    from companies
    qualify
        row_number() over (
            partition by scenario_id
            order by way_count desc, company_id asc
        ) = 1
),

downstream as (
    select * from pivots

    union

    select
        edges.scenario_id,
        edges.to_company_id as company_id,
    from downstream
    inner join edges
        on
            downstream.scenario_id = edges.scenario_id
            and downstream.company_id = edges.from_company_id
),

upstream as (
    select * from pivots

    union

    select
        edges.scenario_id,
        edges.from_company_id as company_id,
    from upstream
    inner join edges
        on
            upstream.scenario_id = edges.scenario_id
            and upstream.company_id = edges.to_company_id
),

of_pivot as (
    select
        downstream.scenario_id,
        downstream.company_id,
        min(downstream.company_id) over (partition by downstream.scenario_id)
            as component_id,
    from downstream
    inner join upstream
        on
            downstream.scenario_id = upstream.scenario_id
            and downstream.company_id = upstream.company_id
),

companies_left as (
    select
        companies.scenario_id,
        companies.company_id,
    from companies
    left join of_pivot
        on
            companies.scenario_id = of_pivot.scenario_id
            and companies.company_id = of_pivot.company_id
    where of_pivot.company_id is null
),

edges_left_0 as (
    select
        edges.scenario_id,
        edges.from_company_id,
        edges.to_company_id,
    from edges
    inner join companies_left as payers
        on
            edges.scenario_id = payers.scenario_id
            and edges.from_company_id = payers.company_id
    inner join companies_left as payees
        on
            edges.scenario_id = payees.scenario_id
            and edges.to_company_id = payees.company_id
),

{%- for round in range(1, trims + 1) %}

edges_left_{{ round }} as (
    select edges.*
    from edges_left_{{ round - 1 }} as edges
    where
        (edges.scenario_id, edges.from_company_id) in (
            select (scenario_id, to_company_id) from edges_left_{{ round - 1 }}
        )
        and (edges.scenario_id, edges.to_company_id) in (
            select (scenario_id, from_company_id) from edges_left_{{ round - 1 }}
        )
),
{%- endfor %}

reached as (
    select
        scenario_id,
        from_company_id as company_id,
        to_company_id as reached_id,
    from edges_left_{{ trims }}

    union

    select
        reached.scenario_id,
        reached.company_id,
        edges.to_company_id as reached_id,
    from reached
    inner join edges_left_{{ trims }} as edges
        on
            reached.scenario_id = edges.scenario_id
            and reached.reached_id = edges.from_company_id
),

of_others as (
    select
        ways.scenario_id,
        ways.company_id,
        min(ways.reached_id) as component_id,
    from reached as ways
    inner join reached as ways_back
        on
            ways.scenario_id = ways_back.scenario_id
            and ways.company_id = ways_back.reached_id
            and ways.reached_id = ways_back.company_id
    group by ways.scenario_id, ways.company_id
),

found as (
    select
        companies.scenario_id,
        companies.company_id,
        coalesce(
            of_pivot.component_id, of_others.component_id, companies.company_id
        ) as component_id,
    from companies
    left join of_pivot
        on
            companies.scenario_id = of_pivot.scenario_id
            and companies.company_id = of_pivot.company_id
    left join of_others
        on
            companies.scenario_id = of_others.scenario_id
            and companies.company_id = of_others.company_id
)

select * from found
