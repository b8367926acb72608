{#-
What each member of the network owes to and is owed by the others. Sums are over priced
legs, so at least what they say; the leg counts beside them tell how much is left out. A
net position is over priced legs too, or what one pays and another takes in would not
cancel out; being a difference it is no bound. Who has legs and no price at all has
NULL. Ratios to revenue and market value follow the large-exposure rules by analogy
(BCBS 2014, LEX10).
-#}
with flows as (
    select * from {{ ref('int_company_flows_summed') }}
),

scales as (
    select * from {{ ref('int_company_scales_chosen') }}
),

flows_judged as (
    select
        *,
        outgoing_priced_leg_count + incoming_priced_leg_count > 0
        or outgoing_leg_count + incoming_leg_count = 0 as is_known,
    from flows
),

netted as (
    select
        *,
        case
            when is_known then coalesce(incoming_usd, 0) - coalesce(outgoing_usd, 0)
        end as net_position_usd,
        case
            when is_known then coalesce(incoming_usd, 0) + coalesce(outgoing_usd, 0)
        end as gross_exposure_usd,
    from flows_judged
),

final as (
    select
        netted.scenario_id,
        netted.company_id,
        {% for column in [
            'outgoing_usd', 'incoming_usd', 'incoming_funding_usd',
            'incoming_revenue_usd', 'net_position_usd', 'gross_exposure_usd',
            'credit_equivalent_usd', 'undrawn_usd', 'external_funding_usd',
            'external_funding_point_usd', 'planned_external_funding_usd',
        ] -%}
        cast(netted.{{ column }} as decimal(20, 2)) as {{ column }},
        {% endfor -%}
        netted.outgoing_leg_count,
        netted.outgoing_priced_leg_count,
        {{ ratio('netted.outgoing_priced_leg_count', 'netted.outgoing_leg_count') }}
            as outgoing_coverage_ratio,
        netted.incoming_leg_count,
        netted.incoming_priced_leg_count,
        {{ ratio('netted.incoming_priced_leg_count', 'netted.incoming_leg_count') }}
            as incoming_coverage_ratio,
        {{ ratio('netted.gross_exposure_usd', 'scales.revenue_usd') }}
            as exposure_to_revenue_ratio,
        {{ ratio('netted.gross_exposure_usd', 'scales.market_cap_usd') }}
            as exposure_to_market_cap_ratio,
        list_sort(
            list_distinct(
                list_concat(netted.evidence_claim_ids, coalesce(scales.claim_ids, []))
            )
        ) as evidence_claim_ids,
    from netted
    left join scales
        on
            netted.source_layer = scales.source_layer
            and netted.company_id = scales.company_id
)

select * from final
