{#-
What a company has committed to pay the others, paid already or not, against a year of
its revenue and against the money that it is given; and what of it is not known to be
paid. A total over several years by the revenue of one is a number of years of
that revenue, not a ratio of two flows.
-#}
with scenarios as (
    select * from {{ ref('stg_scenarios') }}
),

exposures as (
    select
        company_exposures.*,
        scenarios.source_layer,
    from {{ ref('company_exposures') }} as company_exposures
    inner join scenarios on company_exposures.scenario_id = scenarios.scenario_id
    where company_exposures.outgoing_leg_count > 0
),

edges as (
    select * from {{ ref('int_company_edges_summed') }}
),

revenues as (
    select * from {{ ref('int_revenues_chosen') }}
),

claimed_totals as (
    select * from {{ ref('int_claimed_totals_summed') }}
),

largest as (
    select
        scenario_id,
        from_company_id as company_id,
        to_company_id as largest_counterparty_id,
        amount_usd as largest_commitment_usd,
    from edges
    where amount_usd > 0
    qualify
        row_number() over (
            partition by scenario_id, from_company_id
            order by amount_usd desc, to_company_id asc
        ) = 1
),

joined as (
    select
        exposures.scenario_id,
        exposures.company_id,
        largest.largest_counterparty_id,
        revenues.revenue_period_label,
        revenues.revenue_modality,
        exposures.outgoing_usd as commitment_usd,
        exposures.undrawn_usd,
        largest.largest_commitment_usd,
        claimed_totals.claimed_total_low_usd,
        revenues.revenue_usd,
        exposures.incoming_funding_usd as member_funding_usd,
        exposures.external_funding_usd,
        case
            when exposures.external_funding_usd is null
                then exposures.incoming_funding_usd
            when exposures.incoming_funding_usd is null
                then exposures.external_funding_usd
            else
                cast(
                    exposures.incoming_funding_usd + exposures.external_funding_usd
                    as decimal(20, 2)
                )
        end as funding_usd,
        exposures.outgoing_leg_count as leg_count,
        exposures.outgoing_priced_leg_count as priced_leg_count,
        exposures.outgoing_coverage_ratio as coverage_ratio,
        list_sort(
            list_distinct(
                list_concat(
                    exposures.evidence_claim_ids,
                    list_filter(
                        [
                            revenues.revenue_claim_id,
                            claimed_totals.claimed_total_claim_id
                        ],
                        lambda claim_id: claim_id is not null
                    )
                )
            )
        ) as evidence_claim_ids,
    from exposures
    left join largest
        on
            exposures.scenario_id = largest.scenario_id
            and exposures.company_id = largest.company_id
    left join revenues
        on
            exposures.source_layer = revenues.source_layer
            and exposures.company_id = revenues.company_id
    left join claimed_totals
        on
            exposures.source_layer = claimed_totals.source_layer
            and exposures.company_id = claimed_totals.company_id
),

final as (
    select
        scenario_id,
        company_id,
        largest_counterparty_id,
        revenue_period_label,
        revenue_modality,
        commitment_usd,
        undrawn_usd,
        largest_commitment_usd,
        claimed_total_low_usd,
        revenue_usd,
        member_funding_usd,
        external_funding_usd,
        funding_usd,
        leg_count,
        priced_leg_count,
        coverage_ratio,
        {{ ratio('commitment_usd', 'revenue_usd') }} as years_of_revenue,
        {{ ratio('undrawn_usd', 'revenue_usd') }} as undrawn_years_of_revenue,
        {{ ratio('largest_commitment_usd', 'revenue_usd') }}
            as largest_years_of_revenue,
        {{ ratio('claimed_total_low_usd', 'revenue_usd') }}
            as claimed_years_of_revenue_low,
        {{ ratio('revenue_usd', 'commitment_usd') }} as revenue_to_commitment_ratio,
        {{ ratio('funding_usd', 'commitment_usd') }} as funding_coverage_ratio,
        {{ ratio('member_funding_usd', 'commitment_usd') }} as member_funding_ratio,
        evidence_claim_ids,
    from joined
)

select * from final
