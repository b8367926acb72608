{#-
The direct round trip of a pair: of each dollar that one company pays another, the part
that the other pays straight back, min(F_ab, F_ba) / F_ab. Where the way back has a leg
without a price, or the way there has one and something comes back, the ratio is NULL
and only its bounds are known; where nothing is paid it is undefined, bounds and all.
-#}
with pairs as (
    select * from {{ ref('int_company_pairs_matched') }}
),

judged as (
    select
        *,
        coalesce(outgoing_usd, 0) = 0 and not is_outgoing_open as is_undefined,
        is_return_open or (is_outgoing_open and not is_one_way) as is_open,
    from pairs
),

final as (
    select
        scenario_id,
        from_company_id,
        to_company_id,
        outgoing_usd,
        return_usd,
        cast(outgoing_usd - return_usd as decimal(20, 2)) as net_usd,
        outgoing_leg_count,
        outgoing_priced_leg_count,
        return_leg_count,
        return_priced_leg_count,
        case
            when is_undefined or is_open then null
            when is_one_way then cast(0 as double)
            else {{ ratio('2 * returned_low_usd', 'outgoing_usd + return_usd') }}
        end as reciprocity_ratio,
        case
            when is_undefined or is_open then null
            when is_one_way then cast(0 as double)
            else {{ ratio('returned_low_usd', 'outgoing_usd') }}
        end as round_trip_ratio,
        case
            when is_undefined then null
            when is_one_way or is_outgoing_open then cast(0 as double)
            else {{ ratio('returned_low_usd', 'outgoing_usd') }}
        end as round_trip_ratio_low,
        case
            when is_undefined then null
            when is_one_way then cast(0 as double)
            when is_open then cast(1 as double)
            else {{ ratio('returned_low_usd', 'outgoing_usd') }}
        end as round_trip_ratio_high,
        case
            when is_funding_open or is_return_purchase_open then null
            else {{ ratio('funding_usd', 'return_purchase_usd') }}
        end as vendor_financing_ratio,
        evidence_claim_ids,
    from judged
)

select * from final
