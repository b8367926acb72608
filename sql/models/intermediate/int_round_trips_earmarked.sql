{#-
The round trip where money keeps its purpose: of each dollar, what the deals themselves
say it is meant for is followed from leg to leg, and only what arrives home that way
counts. A leg can pass on no more than its own amount, and no more than all that is
earmarked to it. What is not earmarked does not come back.
-#}
with recursive legs as (
    select * from {{ ref('int_deal_legs_by_scenario') }}
    where layer = 'cash' and is_network_leg and (is_priced or weight_ratio > 0)
),

walked as (
    select
        scenario_id,
        from_company_id as company_id,
        leg_id as first_leg_id,
        leg_id as last_leg_id,
        to_company_id,
        earmarked_to_leg_id,
        [leg_id] as leg_ids,
        amount_usd as least_usd,
        amount_usd is null as is_open,
        evidence_claim_ids as claim_ids,
    from legs

    union all

    select
        walked.scenario_id,
        walked.company_id,
        walked.first_leg_id,
        legs.leg_id as last_leg_id,
        legs.to_company_id,
        legs.earmarked_to_leg_id,
        list_append(walked.leg_ids, legs.leg_id) as leg_ids,
        least(walked.least_usd, legs.amount_usd) as least_usd,
        walked.is_open or legs.amount_usd is null as is_open,
        list_concat(walked.claim_ids, legs.evidence_claim_ids) as claim_ids,
    from walked
    inner join legs
        on
            walked.scenario_id = legs.scenario_id
            and walked.earmarked_to_leg_id = legs.leg_id
    where
        walked.to_company_id <> walked.company_id
        and not list_contains(walked.leg_ids, legs.leg_id)
),

returned as (
    select
        walked.*,
        last_legs.amount_usd as last_usd,
    from walked
    inner join legs as last_legs
        on
            walked.scenario_id = last_legs.scenario_id
            and walked.last_leg_id = last_legs.leg_id
    where walked.to_company_id = walked.company_id
),

returned_by_leg as (
    select
        scenario_id,
        company_id,
        last_leg_id,
        least(sum(least_usd) filter (where not is_open), any_value(last_usd))
            as returned_usd,
        least(sum(least_usd), any_value(last_usd)) as returned_high_usd,
        bool_or(is_open) as is_open,
        bool_or(least_usd is null) as is_unbounded,
        cast(max(len(leg_ids)) as integer) as hop_count,
        flatten(list(claim_ids)) as claim_ids,
    from returned
    group by scenario_id, company_id, last_leg_id
),

returned_summed as (
    select
        scenario_id,
        company_id,
        coalesce(sum(returned_usd), 0) as returned_usd,
        sum(returned_high_usd) as returned_high_usd,
        bool_or(is_open) as is_open,
        bool_or(is_unbounded) as is_unbounded,
        max(hop_count) as hop_count,
        flatten(list(claim_ids)) as claim_ids,
    from returned_by_leg
    group by scenario_id, company_id
),

paid as (
    select
        scenario_id,
        from_company_id as company_id,
        cast(sum(amount_usd) as decimal(20, 2)) as outgoing_usd,
        bool_or(amount_usd is null) as is_outgoing_open,
        flatten(list(evidence_claim_ids)) as claim_ids,
    from legs
    group by scenario_id, from_company_id
),

rated as (
    select
        paid.scenario_id,
        paid.company_id,
        paid.outgoing_usd,
        returned_summed.returned_usd,
        coalesce(returned_summed.hop_count, 1) as hop_count,
        coalesce(paid.outgoing_usd, 0) = 0 and not paid.is_outgoing_open
            as is_undefined,
        returned_summed.company_id is null as is_one_way,
        coalesce(returned_summed.is_open, false) or paid.is_outgoing_open as is_open,
        coalesce(returned_summed.is_unbounded, false) as is_unbounded,
        paid.is_outgoing_open,
        {{ ratio('returned_summed.returned_usd', 'paid.outgoing_usd') }}
            as priced_ratio,
        {{ ratio('returned_summed.returned_high_usd', 'paid.outgoing_usd') }}
            as priced_ratio_high,
        list_sort(
            list_distinct(
                list_concat(paid.claim_ids, coalesce(returned_summed.claim_ids, []))
            )
        ) as evidence_claim_ids,
    from paid
    left join returned_summed
        on
            paid.scenario_id = returned_summed.scenario_id
            and paid.company_id = returned_summed.company_id
),

final as (
    select
        scenario_id,
        company_id,
        'earmarked' as tracing_rule,
        case
            when is_undefined then null
            when is_one_way then cast(0 as double)
            when not is_open then priced_ratio
        end as round_trip_ratio,
        case
            when is_undefined then null
            when is_one_way or is_outgoing_open then cast(0 as double)
            else priced_ratio
        end as round_trip_ratio_low,
        case
            when is_undefined then null
            when is_one_way then cast(0 as double)
            when is_unbounded then cast(1 as double)
            else coalesce(priced_ratio_high, cast(1 as double))
        end as round_trip_ratio_high,
        case
            when coalesce(outgoing_usd, 0) > 0 then coalesce(priced_ratio, 0)
        end as priced_round_trip_ratio,
        case
            when is_undefined then null
            when is_one_way then cast(0 as decimal(20, 2))
            when not is_open then cast(returned_usd as decimal(20, 2))
        end as round_trip_usd,
        outgoing_usd,
        hop_count,
        cast(0 as double) as residual_ratio,
        evidence_claim_ids,
    from rated
)

select * from final
