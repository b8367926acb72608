{#-
How much of the money that a company puts into the network comes back to it. The answer
depends on how money is traced, so the rule is a column: `direct` looks at what each
counterparty pays straight back, `pro_rata` treats money as fungible and follows it over
up to twelve hops, `earmarked` follows what each deal says its money is for, `maximum`
is the most that any rule could return.
-#}
with direct as (
    select * from {{ ref('int_round_trips_direct') }}
),

pro_rata as (
    select * from {{ ref('int_round_trips_pro_rata') }}
),

earmarked as (
    select * from {{ ref('int_round_trips_earmarked') }}
),

maximum as (
    select * from {{ ref('int_round_trips_maximum') }}
),

evidence as (
    select * from {{ ref('int_round_trips_evidenced') }}
),

maximum_evidenced as (
    select
        maximum.scenario_id,
        maximum.company_id,
        maximum.tracing_rule,
        round(maximum.round_trip_ratio, 12) as round_trip_ratio,
        round(maximum.round_trip_ratio_low, 12) as round_trip_ratio_low,
        round(maximum.round_trip_ratio_high, 12) as round_trip_ratio_high,
        round(maximum.priced_round_trip_ratio, 12) as priced_round_trip_ratio,
        maximum.round_trip_usd,
        maximum.outgoing_usd,
        cast(null as integer) as hop_count,
        cast(0 as double) as residual_ratio,
        evidence.evidence_claim_ids,
    from maximum
    inner join evidence
        on
            maximum.scenario_id = evidence.scenario_id
            and maximum.company_id = evidence.company_id
),

-- what no rule can return, pro rata does not return either
pro_rata_bounded as (
    select
        pro_rata.* replace (
            greatest(
                pro_rata.round_trip_ratio_low,
                least(
                    pro_rata.round_trip_ratio_high,
                    maximum_evidenced.round_trip_ratio_high
                )
            ) as round_trip_ratio_high,
            case
                when maximum_evidenced.round_trip_ratio_high = 0
                    then cast(0 as double)
                else pro_rata.round_trip_ratio
            end as round_trip_ratio,
            case
                when maximum_evidenced.round_trip_ratio_high = 0
                    then cast(0 as decimal(20, 2))
                else pro_rata.round_trip_usd
            end as round_trip_usd
        ),
        maximum_evidenced.evidence_claim_ids,
    from pro_rata
    inner join maximum_evidenced
        on
            pro_rata.scenario_id = maximum_evidenced.scenario_id
            and pro_rata.company_id = maximum_evidenced.company_id
),

united as (
    select * from direct
    union all by name
    select * from pro_rata_bounded
    union all by name
    select * from earmarked
    union all by name
    select * from maximum_evidenced
),

final as (
    select
        scenario_id,
        company_id,
        tracing_rule,
        round_trip_ratio,
        round_trip_ratio_low,
        round_trip_ratio_high,
        priced_round_trip_ratio,
        round_trip_usd,
        outgoing_usd,
        hop_count,
        residual_ratio,
        evidence_claim_ids,
    from united
)

select * from final
