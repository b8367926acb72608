{#-
The series sum over h of Q^(h-1) R, hop by hop: one dollar sets out along a company's
outgoing edges in proportion, is forwarded by whoever holds it, and ends its walk where
it comes home. What is still on its way after the last hop is the residual.
-#}
{%- set last_hop = 12 -%}
with recursive edges as (
    select * from {{ ref('int_company_edges_forwarded') }}
),

walks as (
    select
        scenario_id,
        from_company_id as company_id,
        to_company_id as holder_id,
        1 as hop,
        outflow_ratio as mass_ratio,
    from edges

    union all

    select
        walks.scenario_id,
        walks.company_id,
        edges.to_company_id as holder_id,
        walks.hop + 1 as hop,
        sum(walks.mass_ratio * edges.forward_ratio) as mass_ratio,
    from walks
    inner join edges
        on
            walks.scenario_id = edges.scenario_id
            and walks.holder_id = edges.from_company_id
    where
        walks.hop < {{ last_hop }}
        and walks.holder_id <> walks.company_id
    group by walks.scenario_id, walks.company_id, edges.to_company_id, walks.hop
),

forwards as (
    select
        scenario_id,
        from_company_id as company_id,
        sum(forward_ratio) as forward_ratio,
    from edges
    group by scenario_id, from_company_id
),

final as (
    select
        walks.scenario_id,
        walks.company_id,
        walks.holder_id,
        walks.hop,
        walks.mass_ratio,
        walks.holder_id = walks.company_id as is_returned,
        case
            when walks.hop = {{ last_hop }} and walks.holder_id <> walks.company_id
                then walks.mass_ratio * coalesce(forwards.forward_ratio, 0)
            else 0
        end as residual_ratio,
    from walks
    left join forwards
        on
            walks.scenario_id = forwards.scenario_id
            and walks.holder_id = forwards.company_id
)

select * from final
