{#-
Which legs a scenario looks at, in all their versions: all of its layer, and those that
it names beyond it. Documents and outside sources tell of the same deals, so that the
two layers are never mixed but leg by leg.
-#}
with scenarios as (
    select * from {{ ref('stg_scenarios') }}
),

legs as (
    select * from {{ ref('stg_deal_legs') }}
),

named as (
    select * from {{ ref('stg_scenario_legs') }}
),

selected as (
    select
        scenarios.scenario_id,
        legs.leg_id,
    from scenarios
    inner join legs on scenarios.source_layer = legs.source_layer

    union

    select
        scenario_id,
        leg_id,
    from named
)

select * from selected
