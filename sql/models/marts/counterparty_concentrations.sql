{#-
How much of a company's business hangs on few others: shares over what has a figure,
their squares added up (Herfindahl 1950, Hirschman 1964; on the scale of the US merger
guidelines times 10,000), and the number of equal counterparties with the same sum.
With figures missing this is no bound either way: read it with the coverage.
-#}
with counterparties as (
    select * from {{ ref('int_counterparties_summed') }}
),

shared as (
    select
        *,
        amount / nullif(
            sum(amount) over (partition by scenario_id, company_id, basis), 0
        ) as share_ratio,
    from counterparties
),

ranked as (
    select
        *,
        rank() over (
            partition by scenario_id, company_id, basis
            order by share_ratio desc nulls last
        ) as share_rank,
        row_number() over (
            partition by scenario_id, company_id, basis
            order by share_ratio desc nulls last, counterparty_id asc
        ) as share_position,
    from shared
),

summed as (
    select
        scenario_id,
        company_id,
        basis,
        list_sort(
            list(counterparty_id)
                filter (where share_rank = 1 and share_ratio is not null)
        ) as top_counterparty_ids,
        cast(count(*) as bigint) as counterparty_count,
        cast(sum(leg_count) as bigint) as leg_count,
        cast(sum(priced_leg_count) as bigint) as priced_leg_count,
        max(share_ratio) as top_share_ratio,
        sum(share_ratio order by share_position) filter (where share_position <= 3)
            as top_three_share_ratio,
        sum(share_ratio * share_ratio order by share_position) as hhi,
        {{ united_claim_ids('evidence_claim_ids') }} as evidence_claim_ids,
    from ranked
    group by scenario_id, company_id, basis
),

final as (
    select
        scenario_id,
        company_id,
        basis,
        top_counterparty_ids[1] as top_counterparty_id,
        coalesce(top_counterparty_ids, cast([] as varchar[])) as top_counterparty_ids,
        counterparty_count,
        leg_count,
        priced_leg_count,
        round(top_share_ratio, 12) as top_share_ratio,
        round(top_three_share_ratio, 12) as top_three_share_ratio,
        round(hhi, 12) as hhi,
        {{ ratio('1', 'hhi') }} as effective_number,
        {{ ratio('priced_leg_count', 'leg_count') }} as coverage_ratio,
        len(top_counterparty_ids) > 1 as is_tied,
        evidence_claim_ids,
    from summed
)

select * from final
