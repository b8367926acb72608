-- No rule returns more than what could come back at most, and no network circulates
-- less than its pairs match, or more than all of it.
with ratios as (
    select * from {{ ref('round_trip_ratios') }}
),

summaries as (
    select * from {{ ref('network_summaries') }}
),

exceeded as (
    select
        traced.scenario_id,
        traced.company_id || ' ' || traced.tracing_rule as name,
        traced.round_trip_ratio as least_ratio,
        most.round_trip_ratio_high as most_ratio,
    from ratios as traced
    inner join ratios as most
        on
            traced.scenario_id = most.scenario_id
            and traced.company_id = most.company_id
            and most.tracing_rule = 'maximum'
    where
        traced.tracing_rule <> 'maximum'
        and (
            traced.round_trip_ratio > most.round_trip_ratio_high + 1e-6
            or traced.priced_round_trip_ratio > most.priced_round_trip_ratio + 1e-6
        )
),

mismatched as (
    select
        scenario_id,
        'reciprocity' as name,
        reciprocity_ratio as least_ratio,
        maximum_circulation_ratio_high as most_ratio,
    from summaries
    where
        reciprocity_ratio > maximum_circulation_ratio_high + 1e-6
        or priced_reciprocity_ratio > priced_maximum_circulation_ratio + 1e-6
        or maximum_circulation_ratio > 1
)

select * from exceeded
union all
select * from mismatched
