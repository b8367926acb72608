{#-
What each member of the network pays to and takes in from the others by its deals, paid
already or not. Sums are over priced
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

final as (
    select
        flows.scenario_id,
        flows.company_id,
        {% for column in [
            'outgoing_usd', 'incoming_usd', 'incoming_funding_usd',
            'incoming_revenue_usd', 'net_position_usd', 'gross_exposure_usd',
            'credit_equivalent_usd', 'undrawn_usd', 'external_funding_usd',
            'external_funding_point_usd', 'planned_external_funding_usd',
        ] -%}
        cast(flows.{{ column }} as decimal(20, 2)) as {{ column }},
        {% endfor -%}
        flows.outgoing_leg_count,
        flows.outgoing_priced_leg_count,
        {{ ratio('flows.outgoing_priced_leg_count', 'flows.outgoing_leg_count') }}
            as outgoing_coverage_ratio,
        flows.incoming_leg_count,
        flows.incoming_priced_leg_count,
        {{ ratio('flows.incoming_priced_leg_count', 'flows.incoming_leg_count') }}
            as incoming_coverage_ratio,
        {{ ratio('flows.gross_exposure_usd', 'scales.revenue_usd') }}
            as exposure_to_revenue_ratio,
        {{ ratio('flows.gross_exposure_usd', 'scales.market_cap_usd') }}
            as exposure_to_market_cap_ratio,
        list_sort(
            list_distinct(
                list_concat(flows.evidence_claim_ids, coalesce(scales.claim_ids, []))
            )
        ) as evidence_claim_ids,
    from flows
    left join scales
        on
            flows.source_layer = scales.source_layer
            and flows.company_id = scales.company_id
)

select * from final
