{#-
Weighted reciprocity of a network (Squartini et al. 2013): the part of all flow that is
matched within its pair. An open leg (without a price and not over) opposite a greater
priced flow, or opposite another open leg, leaves it unknown; any other only adds to the
whole, so that the priced ratio is an upper bound. The greatest value is where open legs
fill the gap of their pairs: r = (N + 2 d) / (D + d) grows with d up to there.
-#}
with edges as (
    select * from {{ ref('int_company_edges_summed') }}
),

edges_bounded as (
    select
        scenario_id,
        from_company_id,
        to_company_id,
        amount_usd,
        coalesce(amount_usd, 0) as amount_low_usd,
        open_leg_count > 0 as is_open,
    from edges
),

pairs as (
    select
        edges.scenario_id,
        edges.is_open,
        edges.amount_usd,
        case
            when edges.amount_low_usd < returns.amount_low_usd
                then edges.amount_low_usd
            when returns.amount_low_usd is not null then returns.amount_low_usd
            else 0
        end as matched_usd,
        case
            when edges.is_open and returns.amount_low_usd > edges.amount_low_usd
                then returns.amount_low_usd - edges.amount_low_usd
            else 0
        end as gap_usd,
        edges.is_open and coalesce(returns.is_open, false) as is_open_both_ways,
    from edges_bounded as edges
    left join edges_bounded as returns
        on
            edges.scenario_id = returns.scenario_id
            and edges.from_company_id = returns.to_company_id
            and edges.to_company_id = returns.from_company_id
),

summed as (
    select
        scenario_id,
        sum(amount_usd) as total_usd,
        sum(matched_usd) as matched_usd,
        sum(gap_usd) as gap_usd,
        bool_or(is_open) as is_open,
        bool_or(is_open_both_ways) as is_open_both_ways,
    from pairs
    group by scenario_id
),

final as (
    select
        scenario_id,
        case
            when gap_usd = 0 and not is_open_both_ways
                then {{ ratio('matched_usd', 'total_usd') }}
        end as reciprocity_ratio,
        case
            when is_open then cast(0 as double)
            else {{ ratio('matched_usd', 'total_usd') }}
        end as reciprocity_ratio_low,
        case
            when is_open_both_ways then cast(1 as double)
            else {{ ratio('matched_usd + 2 * gap_usd', 'total_usd + gap_usd') }}
        end as reciprocity_ratio_high,
        {{ ratio('matched_usd', 'total_usd') }} as priced_reciprocity_ratio,
    from summed
)

select * from final
