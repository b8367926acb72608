{#-
What legs without a price do to a company's round trip. An open leg within reach from
which the money can come home leaves the ratio unknown. One from which it cannot only
takes money off the way home, so that the priced ratio is an upper bound.
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
),

within_reach as (
    select
        scenario_id,
        company_id,
        reached_id,
    from reached

    union

    select
        scenario_id,
        from_company_id as company_id,
        from_company_id as reached_id,
    from edges
),

open_edges as (
    select * from edges
    where open_leg_count > 0
),

checked as (
    select
        within_reach.scenario_id,
        within_reach.company_id,
        bool_or(
            open_edges.to_company_id = within_reach.company_id
            or ways_home.company_id is not null
        ) as is_return_open,
        true as is_open,
    from within_reach
    inner join open_edges
        on
            within_reach.scenario_id = open_edges.scenario_id
            and within_reach.reached_id = open_edges.from_company_id
    left join reached as ways_home
        on
            within_reach.scenario_id = ways_home.scenario_id
            and open_edges.to_company_id = ways_home.company_id
            and within_reach.company_id = ways_home.reached_id
    group by within_reach.scenario_id, within_reach.company_id
)

select * from checked
