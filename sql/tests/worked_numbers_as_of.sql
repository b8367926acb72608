-- Numbers worked out by hand: what was known on a day. By the documents CoreWeave's
-- contract had been 11.9 billion dollars until the first of them told of 22.4; beyond
-- them it had grown to 15.9 between. Nvidia's letter of intent over 100 ended in 30. A
-- row here is a number that came out otherwise.
with before as (
    select * from {{ ref('deals_as_of') }}('2025-09-24')
),

after as (
    select * from {{ ref('deals_as_of') }}('2025-12-31')
),

last as (
    select * from {{ ref('deals_as_of') }}('2026-07-31')
),

exposures_before as (
    select * from {{ ref('company_exposures_as_of') }}('2025-09-24')
),

exposures_after as (
    select * from {{ ref('company_exposures_as_of') }}('2025-12-31')
),

exposures as (
    select * from {{ ref('company_exposures') }}
),

found as (
    select
        'before ' || deal_id as name,
        cast(amount_point_usd as double) / 1e9 as actual,
    from before
    union all
    select
        'after ' || deal_id as name,
        cast(amount_point_usd as double) / 1e9 as actual,
    from after
    {%- for day in ['before', 'after', 'last'] %}
    union all
    select
        '{{ day }} ' || deal_id || ' high' as name,
        cast(amount_high_usd as double) / 1e9 as actual,
    from {{ day }}
    {%- endfor %}
    union all
    select
        'before ' || scenario_id || ' ' || company_id as name,
        cast(outgoing_usd as double) / 1e9 as actual,
    from exposures_before
    union all
    select
        'after ' || scenario_id || ' ' || company_id as name,
        cast(outgoing_usd as double) / 1e9 as actual,
    from exposures_after
),

expected (name, expected) as (
    values
        ('before coreweave_openai_cloud', 11.9),
        ('after coreweave_openai_cloud', 22.4),
        ('after oracle_openai_compute', 300),
        ('before coreweave_openai_contracts high', 15.9),
        ('after coreweave_openai_contracts high', 22.4),
        ('before nvidia_openai_investment high', 100),
        ('after nvidia_openai_investment high', 100),
        ('last nvidia_openai_investment high', 30),
        ('before doc_low openai', 11.9),
        ('after doc_low openai', 322.4),
        ('after doc_claim openai', 422.4)
),

differing as (
    select
        expected.name,
        expected.expected,
        found.actual,
    from expected
    left join found on expected.name = found.name
    where
        found.name is null
        or abs(found.actual - expected.expected) > 0.001 * expected.expected
),

-- As of a day after everything, the macro tells what the mart tells.
outdated as (
    select
        exposures.scenario_id || ' ' || exposures.company_id as name,
        cast(exposures.net_position_usd as double) as expected,
        cast(latest.net_position_usd as double) as actual,
    from exposures
    left join {{ ref('company_exposures_as_of') }}('9999-12-31') as latest
        on
            exposures.scenario_id = latest.scenario_id
            and exposures.company_id = latest.company_id
    where
        exposures.outgoing_leg_count + exposures.incoming_leg_count > 0
        and (
            exposures.net_position_usd is distinct from latest.net_position_usd
            or exposures.outgoing_usd is distinct from latest.outgoing_usd
            or exposures.credit_equivalent_usd
            is distinct from latest.credit_equivalent_usd
            or exposures.undrawn_usd is distinct from latest.undrawn_usd
            or exposures.incoming_funding_usd
            is distinct from latest.incoming_funding_usd
            or exposures.incoming_revenue_usd
            is distinct from latest.incoming_revenue_usd
        )
)

select * from differing
union all
select * from outdated
