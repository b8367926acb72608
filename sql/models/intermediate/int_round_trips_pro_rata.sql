{#-
The pro-rata round trips of the companies that pay anything: over priced legs, with
bounds that say what legs without a price can change (see int_company_reaches_checked)
and what has not been followed to its end could still bring.
-#}
with walks as (
    select * from {{ ref('int_round_trips_walked') }}
),

edges as (
    select * from {{ ref('int_company_edges_summed') }}
),

checks as (
    select * from {{ ref('int_company_reaches_checked') }}
),

outgoing as (
    select
        scenario_id,
        from_company_id as company_id,
        cast(sum(amount_usd) as decimal(20, 2)) as outgoing_usd,
        sum(leg_count) > sum(priced_leg_count) as is_outgoing_open,
    from edges
    group by scenario_id, from_company_id
),

walked as (
    select
        scenario_id,
        company_id,
        {{ sum_of_ratios('case when is_returned then mass_ratio else 0 end') }}
            as returned_ratio,
        max(hop) as hop_count,
        {{ sum_of_ratios('residual_ratio') }} as residual_ratio,
    from walks
    group by scenario_id, company_id
),

judged as (
    select
        outgoing.*,
        coalesce(walked.hop_count, 0) as hop_count,
        round(coalesce(walked.returned_ratio, 0), 12) as returned_ratio,
        round(coalesce(walked.residual_ratio, 0), 12) as residual_ratio,
        cast(
            round(
                coalesce(walked.returned_ratio, 0)
                * cast(outgoing.outgoing_usd as double),
                2
            ) as decimal(20, 2)
        ) as returned_usd,
        coalesce(outgoing.outgoing_usd, 0) = 0 as is_without_price,
        coalesce(checks.is_return_open, false) as is_return_open,
        coalesce(checks.is_open, false) as is_open,
    from outgoing
    left join walked
        on
            outgoing.scenario_id = walked.scenario_id
            and outgoing.company_id = walked.company_id
    left join checks
        on
            outgoing.scenario_id = checks.scenario_id
            and outgoing.company_id = checks.company_id
),

final as (
    select
        scenario_id,
        company_id,
        'pro_rata' as tracing_rule,
        case
            when not is_without_price and not is_return_open then returned_ratio
        end as round_trip_ratio,
        case
            when is_without_price and not is_outgoing_open then null
            when is_without_price or is_open then cast(0 as double)
            else returned_ratio
        end as round_trip_ratio_low,
        case
            when is_without_price and not is_outgoing_open then null
            when is_without_price or is_return_open then cast(1 as double)
            else least(round(returned_ratio + residual_ratio, 12), 1)
        end as round_trip_ratio_high,
        case when not is_without_price then returned_ratio end
            as priced_round_trip_ratio,
        case
            when not is_without_price and not is_return_open then returned_usd
        end as round_trip_usd,
        outgoing_usd,
        case when not is_without_price then hop_count end as hop_count,
        case when not is_without_price then residual_ratio end as residual_ratio,
    from judged
)

select * from final
