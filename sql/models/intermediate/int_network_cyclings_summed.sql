{#-
Finn's cycling index (Finn 1980): of all that passes through the companies, the part
that passes through the same one again. With T = max(inflow, outflow) and L the Leontief
inverse, T (L_ii - 1) / L_ii is what a company pays out times the part of it that first
comes home: the pro-rata round trip, walked as a truncated series, in dollars. What has
not been followed to its end is the residual.
-#}
with edges as (
    select * from {{ ref('int_company_edges_summed') }}
),

walks as (
    select * from {{ ref('int_round_trips_walked') }}
),

checks as (
    select * from {{ ref('int_company_reaches_checked') }}
),

outflows as (
    select
        scenario_id,
        from_company_id as company_id,
        sum(amount_usd) as outflow_usd,
    from edges
    group by scenario_id, from_company_id
),

inflows as (
    select
        scenario_id,
        to_company_id as company_id,
        sum(amount_usd) as inflow_usd,
    from edges
    group by scenario_id, to_company_id
),

throughflows as (
    select
        scenario_id,
        outflows.outflow_usd,
        company_id,
        case
            when outflows.outflow_usd is null then inflows.inflow_usd
            when inflows.inflow_usd > outflows.outflow_usd then inflows.inflow_usd
            else outflows.outflow_usd
        end as throughflow_usd,
    from outflows
    full outer join inflows using (scenario_id, company_id)
),

returns as (
    select
        scenario_id,
        company_id,
        {{ sum_of_ratios('case when is_returned then mass_ratio else 0 end') }}
            as returned_ratio,
        {{ sum_of_ratios('residual_ratio') }} as residual_ratio,
    from walks
    group by scenario_id, company_id
),

openness as (
    select
        scenario_id,
        bool_or(is_return_open) as is_return_open,
        true as is_open,
    from checks
    group by scenario_id
),

summed as (
    select
        throughflows.scenario_id,
        cast(sum(throughflows.throughflow_usd) as decimal(20, 2)) as throughflow_usd,
        coalesce(
            sum(
                returns.returned_ratio * cast(throughflows.outflow_usd as double)
                order by throughflows.company_id
            ),
            0
        ) as cycled_usd,
        coalesce(
            sum(
                returns.residual_ratio * cast(throughflows.outflow_usd as double)
                order by throughflows.company_id
            ),
            0
        ) as residual_usd,
    from throughflows
    left join returns
        on
            throughflows.scenario_id = returns.scenario_id
            and throughflows.company_id = returns.company_id
    group by throughflows.scenario_id
),

rated as (
    select
        summed.scenario_id,
        summed.throughflow_usd,
        {{ ratio('summed.cycled_usd', 'summed.throughflow_usd') }} as cycling_ratio,
        {{ ratio('summed.residual_usd', 'summed.throughflow_usd') }} as residual_ratio,
        coalesce(openness.is_return_open, false) as is_return_open,
        coalesce(openness.is_open, false) as is_open,
    from summed
    left join openness on summed.scenario_id = openness.scenario_id
),

final as (
    select
        scenario_id,
        throughflow_usd,
        case when not is_return_open then cycling_ratio end as finn_cycling_index,
        case
            when throughflow_usd is null then null
            when is_open then cast(0 as double)
            else cycling_ratio
        end as finn_cycling_index_low,
        case
            when throughflow_usd is null then null
            when is_return_open then cast(1 as double)
            else least(round(cycling_ratio + residual_ratio, 12), 1)
        end as finn_cycling_index_high,
        cycling_ratio as priced_finn_cycling_index,
        residual_ratio as finn_residual_ratio,
    from rated
)

select * from final
