-- Numbers worked out by hand from the two documents: the network as a whole. A row here
-- is a number that came out otherwise, by more than one part in a thousand.
with summaries as (
    select * from {{ ref('network_summaries') }}
),

found as (
    {%- for column in [
        'member_count', 'company_count', 'edge_count', 'leg_count',
        'priced_cash_cycle_count', 'reciprocity_ratio', 'reciprocity_ratio_low',
        'reciprocity_ratio_high', 'finn_cycling_index', 'finn_cycling_index_low',
        'finn_cycling_index_high', 'finn_residual_ratio', 'maximum_circulation_ratio',
        'maximum_circulation_ratio_low', 'maximum_circulation_ratio_high',
        'netting_ratio',
    ] %}
    select scenario_id || ' {{ column }}' as name, {{ column }} as actual from summaries
    union all
    {%- endfor %}
    select
        scenario_id || ' flow, bn',
        cast(total_flow_usd as double) / 1e9,
    from summaries
    union all
    select
        scenario_id || ' throughflow, bn',
        cast(total_throughflow_usd as double) / 1e9,
    from summaries
    union all
    select
        scenario_id || ' cycled, bn',
        cast(total_throughflow_usd as double) / 1e9 * finn_cycling_index,
    from summaries
    union all
    select
        scenario_id || ' circulation, bn',
        cast(total_flow_usd as double) / 1e9 * maximum_circulation_ratio,
    from summaries
),

expected (name, expected) as (
    values
        ('doc_claim member_count', 8),
        ('doc_claim company_count', 7),
        ('doc_claim priced_cash_cycle_count', 1),
        ('doc_low flow, bn', 322.4),
        ('doc_high flow, bn', 422.4),
        ('doc_claim flow, bn', 522.4),
        ('doc_claim throughflow, bn', 844.8),
        ('doc_claim cycled, bn', 123.67),
        ('doc_claim circulation, bn', 200),
        ('ext_oracle_nvidia flow, bn', 562.4),
        ('ext_oracle_nvidia cycled, bn', 157.57),
        ('ext_oracle_nvidia circulation, bn', 240),
        ('doc_low reciprocity_ratio', 0),
        ('doc_high reciprocity_ratio', null),
        ('doc_high reciprocity_ratio_low', 0),
        ('doc_high reciprocity_ratio_high', 0.3828),
        ('doc_claim reciprocity_ratio', 0.3828),
        ('doc_claim reciprocity_ratio_high', 0.3828),
        ('doc_low maximum_circulation_ratio', 0),
        ('doc_high maximum_circulation_ratio', null),
        ('doc_high maximum_circulation_ratio_low', 0),
        ('doc_high maximum_circulation_ratio_high', 0.3828),
        ('doc_claim maximum_circulation_ratio', 0.3828),
        ('doc_claim netting_ratio', 0.3828),
        ('ext_oracle_nvidia reciprocity_ratio', 0.3556),
        ('ext_oracle_nvidia maximum_circulation_ratio', 0.4267),
        ('ext_oracle_nvidia throughflow, bn', 884.8),
        ('ext_oracle_nvidia finn_cycling_index', 0.1781),
        ('doc_low finn_cycling_index', 0),
        ('doc_high finn_cycling_index', null),
        ('doc_claim finn_cycling_index', 0.1464),
        ('doc_claim finn_cycling_index_high', 0.1464),
        ('doc_claim finn_residual_ratio', 0)
)

select
    expected.name,
    expected.expected,
    found.actual,
from expected
left join found on expected.name = found.name
where
    found.name is null
    or (expected.expected is null) <> (found.actual is null)
    or abs(found.actual - expected.expected) > 0.001 * abs(expected.expected)
