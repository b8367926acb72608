{#-
Which companies a company's money can come to, in any number of steps, over edges that
have a price or may yet have one.
-#}
with recursive edges as (
    select * from {{ ref('int_company_edges_summed') }}
    where amount_usd > 0 or open_leg_count > 0
),

reached as (
    select
        scenario_id,
        from_company_id as company_id,
        to_company_id as reached_id,
    from edges

    union

    select
        reached.scenario_id,
        reached.company_id,
        edges.to_company_id as reached_id,
    from reached
    inner join edges
        on
            reached.scenario_id = edges.scenario_id
            and reached.reached_id = edges.from_company_id
)

select * from reached
