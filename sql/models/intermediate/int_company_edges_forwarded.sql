{#-
P(i, j) of an absorbing chain: the part of the money at i that goes on to j. A company
forwards in proportion to what it pays; what it takes in beyond that stays with it, and
what it pays beyond its inflow is funded outside: hence the greater of the two as the
base (Kemeny and Snell 1960, absorbing chains; the same algebra as Leontief 1936).
Priced edges only.
-#}
with edges as (
    select * from {{ ref('int_company_edges_summed') }}
    where amount_usd > 0
),

outflows as (
    select
        scenario_id,
        from_company_id as company_id,
        sum(amount_usd) as outflow_usd,
    from edges
    group by scenario_id, from_company_id
),

inflows as (
    select
        scenario_id,
        to_company_id as company_id,
        sum(amount_usd) as inflow_usd,
    from edges
    group by scenario_id, to_company_id
),

forwarded as (
    select
        edges.scenario_id,
        edges.from_company_id,
        edges.to_company_id,
        cast(edges.amount_usd as double) / cast(outflows.outflow_usd as double)
            as outflow_ratio,
        cast(edges.amount_usd as double)
        / cast(
            greatest(outflows.outflow_usd, coalesce(inflows.inflow_usd, 0)) as double
        ) as forward_ratio,
    from edges
    inner join outflows
        on
            edges.scenario_id = outflows.scenario_id
            and edges.from_company_id = outflows.company_id
    left join inflows
        on
            edges.scenario_id = inflows.scenario_id
            and edges.from_company_id = inflows.company_id
)

select * from forwarded
