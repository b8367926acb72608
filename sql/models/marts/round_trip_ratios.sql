{#-
How much of the money that a company puts into the network comes back to it. The answer
depends on how money is traced, so the rule is a column: `direct` looks at what each
counterparty pays straight back, `pro_rata` treats money as fungible and follows it over
up to twelve hops.
-#}
with direct as (
    select * from {{ ref('int_round_trips_direct') }}
),

pro_rata as (
    select * from {{ ref('int_round_trips_pro_rata') }}
),

final as (
    select
        scenario_id,
        company_id,
        tracing_rule,
        round_trip_ratio,
        round_trip_ratio_low,
        round_trip_ratio_high,
        round_trip_usd,
        outgoing_usd,
        hop_count,
        residual_ratio,
        evidence_claim_ids,
    from direct

    union all

    select
        scenario_id,
        company_id,
        tracing_rule,
        round_trip_ratio,
        round_trip_ratio_low,
        round_trip_ratio_high,
        round_trip_usd,
        outgoing_usd,
        hop_count,
        residual_ratio,
        evidence_claim_ids,
    from pro_rata
)

select * from final
