{#-
How much of each mart is known. An empty cell is a figure that no source gives, never a
zero; a contested one rests on a claim that takes part in a conflict.
-#}
{%- set marts = {
    'bilateral_exposures': 'evidence_claim_ids',
    'capital_intensities': '[amount_claim_id, quantity_claim_id]',
    'claim_conflicts': '[claim_id_a]',
    'claims': '[claim_id]',
    'commitment_coverages': 'evidence_claim_ids',
    'companies': 'cast([] as varchar[])',
    'company_exposures': 'evidence_claim_ids',
    'counterparty_concentrations': 'evidence_claim_ids',
    'deal_cycles': 'evidence_claim_ids',
    'deal_events': '[claim_id]',
    'deal_legs': 'evidence_claim_ids',
    'deal_parties': 'evidence_claim_ids',
    'deals': 'evidence_claim_ids',
    'documents': 'cast([] as varchar[])',
    'double_counting': 'evidence_claim_ids',
    'financial_metrics': '[claim_id]',
    'market_cap_moves': '[claim_id]',
    'market_reactions': 'evidence_claim_ids',
    'network_summaries': 'evidence_claim_ids',
    'resolution_rules': 'cast([] as varchar[])',
    'round_trip_hops': 'evidence_claim_ids',
    'round_trip_ratios': 'evidence_claim_ids',
    'scenarios': 'cast([] as varchar[])',
    'settlement_stresses': 'evidence_claim_ids',
    'sources': 'cast([] as varchar[])',
    'valuations': '[claim_id]',
} -%}
with conflicts as (
    select * from {{ ref('claim_conflicts') }}
),

contested as (
    select distinct unnest([claim_id_a, claim_id_b]) as claim_id
    from conflicts
),

covered as (
    {%- for mart, claims in marts.items() %}
    {{ column_coverage(mart, claims) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (
    select
        mart_name,
        column_name,
        row_count,
        present_count,
        row_count - present_count as missing_count,
        contested_count,
        {{ ratio('present_count', 'row_count') }} as coverage_ratio,
    from covered
)

select * from final
