-- Numbers worked out by hand from the two documents: what may be added up, and what a
-- gigawatt or a GPU costs. A row here is a number that came out otherwise, by more than
-- one part in a thousand.
with measures as (
    select * from {{ ref('double_counting') }}
    where source_layer = 'document'
),

intensities as (
    select * from {{ ref('capital_intensities') }}
),

found as (
    select
        measure || ', bn' as name,
        cast(amount_usd as double) / 1e9 as actual,
    from measures
    union all
    select measure || ' ratio', base_ratio, from measures
    union all
    select scope_id || ' per gw, bn', cast(usd_per_gw as double) / 1e9, from intensities
    union all
    select scope_id || ' per gpu', cast(usd_per_gpu as double), from intensities
    union all
    select scope_id || ' ' || bound, 1, from intensities
    union all
    select scope_id || ' refused', 1, from intensities where is_refused
),

expected (name, expected) as (
    values
        ('naive, bn', 1934.3),
        ('naive ratio', 4.58),
        ('superseded, bn', 11.9),
        ('umbrella, bn', 500),
        ('aggregate, bn', 1000),
        ('additive_low, bn', 322.4),
        ('additive_high, bn', 422.4),
        ('umbrella_residual, bn', 200),
        ('distinct_high, bn', 622.4),
        ('aggregate_residual, bn', 577.6),
        ('aggregate_residual ratio', 0.578),
        ('compute_agreements per gw, bn', 38.46),
        ('compute_agreements at_least', 1),
        ('nvidia_equity per gw, bn', 10),
        ('nvidia_equity at_most', 1),
        ('gpu_need per gpu', 30000),
        ('stargate_by_cluster refused', 1),
        ('stargate_by_cluster per gw, bn', null),
        ('nvidia_equity_by_cluster per gw, bn', null)
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
