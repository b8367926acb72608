{#-
The series sum over h of Q^(h-1) R, hop by hop: one dollar sets out along a company's
outgoing edges in proportion, is forwarded by whoever holds it, and ends its walk where
it comes home. Money that leaves the company's component cannot come home and is not
followed. Nor is money that arrives over one edge, if so little of it goes on that the
next edges carry less than `least_walked_ratio` of the dollar on average: that bounds
the steps from one company, however large the network (a local push; Andersen, Chung and
Lang 2006). What goes on from there, or after the last hop, is the residual: nothing is
lost. Companies are numbered, each scenario by itself, as a large network gives millions
of rows.
-#}
{%- set last_hop = 12 -%}
{%- set least_ratio = var('least_walked_ratio') -%}
{%- set mass_or_loss -%}
    case when is_followed then step_ratio else step_ratio * next_ratio end
{%- endset -%}
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

steps as (
    select
        edges.*,
        coalesce(forwards.forward_ratio, 0) as next_ratio,
        coalesce(forwards.mean_ratio, 0) as next_mean_ratio,
    from edges
    left join forwards on edges.to_number = forwards.member_number
),

-- Nobody holds what is let go; its mass is what of it would have gone on.
walks as (
    select
        member_number,
        case when is_followed then to_number end as holder_number,
        1 as hop,
        {{ sum_of_ratios(mass_or_loss) }} as mass_ratio,
    from (
        select
            from_number as member_number,
            to_number,
            next_ratio,
            outflow_ratio as step_ratio,
            step_ratio * next_mean_ratio >= {{ least_ratio }} as is_followed,
        from steps
    )
    group by member_number, holder_number

    union all

    select
        member_number,
        case when is_followed then to_number end as holder_number,
        hop,
        {{ sum_of_ratios(mass_or_loss) }} as mass_ratio,
    from (
        select
            walks.member_number,
            steps.to_number,
            steps.next_ratio,
            walks.hop + 1 as hop,
            walks.mass_ratio * steps.forward_ratio as step_ratio,
            steps.to_number = walks.member_number
            or step_ratio * steps.next_mean_ratio >= {{ least_ratio }} as is_followed,
        from walks
        inner join steps on walks.holder_number = steps.from_number
        where
            walks.hop < {{ last_hop }}
            and walks.holder_number <> walks.member_number
    )
    group by member_number, holder_number, hop
),

walks_judged as (
    select
        walks.member_number,
        walks.holder_number,
        walks.hop,
        case when walks.holder_number is not null then walks.mass_ratio end
            as mass_ratio,
        coalesce(walks.holder_number = walks.member_number, false) as is_returned,
        case
            when walks.holder_number is null then walks.mass_ratio
            when is_returned or walks.hop < {{ last_hop }} then 0
            else walks.mass_ratio * coalesce(forwards.forward_ratio, 0)
        end as residual_ratio,
    from walks
    left join forwards on walks.holder_number = forwards.member_number
),

final as (
    select
        members.scenario_id,
        members.company_id,
        holders.company_id as holder_id,
        walks_judged.hop,
        walks_judged.mass_ratio,
        walks_judged.residual_ratio,
        walks_judged.is_returned,
    from walks_judged
    inner join members on walks_judged.member_number = members.member_number
    left join members as holders
        on walks_judged.holder_number = holders.member_number
)

select * from final
