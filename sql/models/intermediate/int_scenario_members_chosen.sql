{#-
Who stands inside the network. The documents tell of eight companies; beyond them it is
everyone with a name and a business of its own who pays or is paid. Groups of lenders,
investors and holders, funds, states and persons stay outside: money enters and leaves
there, and no circle is closed through them.
-#}
with scenarios as (
    select * from {{ ref('stg_scenarios') }}
),

companies as (
    select * from {{ ref('stg_companies') }}
),

selected as (
    select * from {{ ref('int_scenario_legs_selected') }}
),

legs as (
    select * from {{ ref('stg_deal_legs') }}
),

ends as (
    select
        selected.scenario_id,
        unnest([legs.from_company_id, legs.to_company_id]) as company_id,
    from selected
    inner join legs on selected.leg_id = legs.leg_id
),

documented as (
    select
        scenarios.scenario_id,
        companies.company_id,
    from scenarios
    cross join companies
    where scenarios.source_layer = 'document' and companies.is_network_member
),

outside as (
    select distinct
        ends.scenario_id,
        ends.company_id,
    from ends
    inner join scenarios on ends.scenario_id = scenarios.scenario_id
    inner join companies on ends.company_id = companies.company_id
    where
        scenarios.source_layer = 'external'
        and companies.company_type in (
            'public_company',
            'private_company',
            'consortium',
            'special_purpose_vehicle'
        )
),

united as (
    select * from documented
    union all
    select * from outside
)

select * from united
