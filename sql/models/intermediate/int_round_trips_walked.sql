{#-
The series sum over h of Q^(h-1) R, hop by hop: one dollar sets out along a company's
outgoing edges in proportion, is forwarded by whoever holds it, and ends its walk where
it comes home. Money that leaves the company's component cannot come home and is not
followed. Nor is money of which so little goes on that an edge carries less than
`least_walked_ratio` of the dollar on average: that bounds the steps from one company,
however large the network (a local push; Andersen, Chung and Lang 2006). What goes on
from there, or after the last hop, is the residual: nothing is lost. Companies are
numbered, each scenario by itself, as a large network gives millions of rows.
-#}
{%- set last_hop = 12 -%}
{%- set least_ratio = var('least_walked_ratio') -%}
with recursive members as (
    select
        scenario_id,
        company_id,
        component_id,
        cast(row_number() over (order by scenario_id, company_id) as integer)
            as member_number,
    from {{ ref('int_company_components_found') }}
),

edges as (
    select
        payers.member_number as from_number,
        payees.member_number as to_number,
        edges.outflow_ratio,
        edges.forward_ratio,
    from {{ ref('int_company_edges_forwarded') }} as edges
    inner join members as payers
        on
            edges.scenario_id = payers.scenario_id
            and edges.from_company_id = payers.company_id
    inner join members as payees
        on
            edges.scenario_id = payees.scenario_id
            and edges.to_company_id = payees.company_id
            and payers.component_id = payees.component_id
),

forwards as (
    select
        from_number as member_number,
        {{ sum_of_ratios('forward_ratio') }} as forward_ratio,
        {{ sum_of_ratios('forward_ratio') }} / count(*) as mean_ratio,
    from edges
    group by from_number
),

walks as (
    select
        from_number as member_number,
        to_number as holder_number,
        1 as hop,
        outflow_ratio as mass_ratio,
    from edges

    union all

    select
        walks.member_number,
        edges.to_number as holder_number,
        walks.hop + 1 as hop,
        {{ sum_of_ratios('walks.mass_ratio * edges.forward_ratio') }} as mass_ratio,
    from walks
    inner join forwards on walks.holder_number = forwards.member_number
    inner join edges on walks.holder_number = edges.from_number
    where
        walks.hop < {{ last_hop }}
        and walks.mass_ratio * forwards.mean_ratio >= {{ least_ratio }}
        and walks.holder_number <> walks.member_number
    group by walks.member_number, edges.to_number, walks.hop
),

walks_judged as (
    select
        walks.member_number,
        walks.holder_number,
        walks.hop,
        walks.mass_ratio,
        walks.holder_number = walks.member_number as is_returned,
        walks.mass_ratio * coalesce(forwards.mean_ratio, 0) >= {{ least_ratio }}
            as is_much,
        case
            when not is_returned and (not is_much or walks.hop = {{ last_hop }})
                then walks.mass_ratio * coalesce(forwards.forward_ratio, 0)
            else 0
        end as lost_ratio,
    from walks
    left join forwards on walks.holder_number = forwards.member_number
),

walks_kept as (
    select
        member_number,
        case when is_returned or is_much then holder_number end as kept_number,
        hop,
        is_returned,
        {{ sum_of_ratios('mass_ratio') }} as mass_ratio,
        {{ sum_of_ratios('lost_ratio') }} as residual_ratio,
    from walks_judged
    group by member_number, kept_number, hop, is_returned
),

final as (
    select
        members.scenario_id,
        members.company_id,
        holders.company_id as holder_id,
        walks_kept.hop,
        walks_kept.mass_ratio,
        walks_kept.residual_ratio,
        walks_kept.is_returned,
    from walks_kept
    inner join members on walks_kept.member_number = members.member_number
    left join members as holders on walks_kept.kept_number = holders.member_number
)

select * from final
