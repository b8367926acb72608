{{
    config(
        materialized='table_function',
        parameters=['known_on'],
        contract={'enforced': false},
        persist_docs={'relation': true, 'columns': false},
    )
}}
{#-
What each company pays to and takes in from the others as far as was known on a day, per
scenario: `select * from marts.company_exposures_as_of('2025-09-22')`. The sums and
counts are those of company_exposures, over the versions of legs that were current then.
-#}
with versions as (
    select * from {{ ref('int_deal_leg_versions_priced') }}
    where layer = 'cash' and is_network_leg
),

known as (
    select * from versions
    where
        coalesce(known_from <= cast(known_on as date), true)
        and coalesce(known_to > cast(known_on as date), true)
),

summed as (
    {{ summed_flows('known') }}
),

final as (
    select
        scenario_id,
        company_id,
        {% for column in [
            'outgoing_usd', 'incoming_usd', 'incoming_funding_usd',
            'incoming_revenue_usd', 'net_position_usd', 'gross_exposure_usd',
            'credit_equivalent_usd', 'undrawn_usd',
        ] -%}
        cast({{ column }} as decimal(20, 2)) as {{ column }},
        {% endfor -%}
        outgoing_leg_count,
        outgoing_priced_leg_count,
        {{ ratio('outgoing_priced_leg_count', 'outgoing_leg_count') }}
            as outgoing_coverage_ratio,
        incoming_leg_count,
        incoming_priced_leg_count,
        {{ ratio('incoming_priced_leg_count', 'incoming_leg_count') }}
            as incoming_coverage_ratio,
        evidence_claim_ids,
    from summed
)

select * from final
