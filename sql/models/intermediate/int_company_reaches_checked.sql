{#-
What legs without a price do to a company's round trip. An open leg within reach from
which the money can come home leaves the ratio unknown. Any other that touches a company
within reach, to it or from it, only takes money off the way home (a company forwards in
proportion to the greater of its two flows), so that the priced ratio is an upper bound.
-#}
with edges as (
    select * from {{ ref('int_company_edges_summed') }}
),

reached as (
    select * from {{ ref('int_company_reaches_walked') }}
),

open_edges as (
    select * from edges
    where open_leg_count > 0
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

left_open as (
    select
        within_reach.scenario_id,
        within_reach.company_id,
        open_edges.to_company_id = within_reach.company_id
        or ways_home.company_id is not null as is_return_open,
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
),

entered_open as (
    select
        within_reach.scenario_id,
        within_reach.company_id,
        false as is_return_open,
    from within_reach
    inner join open_edges
        on
            within_reach.scenario_id = open_edges.scenario_id
            and within_reach.reached_id = open_edges.to_company_id
    where within_reach.reached_id <> within_reach.company_id
),

touched as (
    select * from left_open
    union all
    select * from entered_open
),

checked as (
    select
        scenario_id,
        company_id,
        bool_or(is_return_open) as is_return_open,
        true as is_open,
    from touched
    group by scenario_id, company_id
)

select * from checked
