{#-
The direct round trips of a company's pairs, taken together. Money on its way to a pair
from which nothing can return only takes away from the ratio; a pair with a leg without
a price, either way, leaves it unknown.
-#}
with pairs as (
    select * from {{ ref('int_company_pairs_matched') }}
),

summed as (
    select
        scenario_id,
        from_company_id as company_id,
        cast(sum(outgoing_usd) as decimal(20, 2)) as outgoing_usd,
        coalesce(sum(returned_low_usd), 0) as returned_usd,
        sum(case when is_return_open then outgoing_usd else returned_low_usd end)
            as returned_high_usd,
        bool_or(is_return_open or (is_outgoing_open and not is_one_way))
            as is_return_open,
        bool_or(is_outgoing_open) as is_outgoing_open,
        bool_or(is_outgoing_open and not is_one_way) as is_two_way_open,
        bool_and(is_one_way or (outgoing_usd = 0 and not is_outgoing_open))
            as is_one_way,
        {{ united_claim_ids('evidence_claim_ids') }} as evidence_claim_ids,
    from pairs
    group by scenario_id, from_company_id
),

rated as (
    select
        *,
        {{ ratio('returned_usd', 'outgoing_usd') }} as priced_ratio,
        {{ ratio('returned_high_usd', 'outgoing_usd') }} as priced_ratio_high,
        coalesce(outgoing_usd, 0) = 0 and not is_outgoing_open as is_undefined,
    from summed
),

final as (
    select
        scenario_id,
        company_id,
        'direct' as tracing_rule,
        case
            when is_undefined or is_return_open then null
            when is_one_way then cast(0 as double)
            else priced_ratio
        end as round_trip_ratio,
        case
            when is_undefined then null
            when is_outgoing_open then cast(0 as double)
            else priced_ratio
        end as round_trip_ratio_low,
        case
            when is_undefined then null
            when is_one_way then cast(0 as double)
            when is_two_way_open then cast(1 as double)
            when is_return_open then priced_ratio_high
            else priced_ratio
        end as round_trip_ratio_high,
        case
            when coalesce(outgoing_usd, 0) > 0 then coalesce(priced_ratio, 0)
        end as priced_round_trip_ratio,
        case
            when not is_return_open and not is_undefined
                then cast(returned_usd as decimal(20, 2))
        end as round_trip_usd,
        outgoing_usd,
        2 as hop_count,
        cast(0 as double) as residual_ratio,
        evidence_claim_ids,
    from rated
)

select * from final
