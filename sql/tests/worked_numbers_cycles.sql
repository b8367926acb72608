-- Numbers worked out by hand from the two documents: the circuits of the network. A row
-- here is a number that came out otherwise, by more than one part in a thousand.
with cycles as (
    select * from {{ ref('deal_cycles') }}
),

counted as (
    select
        scenario_id,
        count(*) filter (where length = 2) as pairs,
        count(*) filter (where length = 3) as triples,
        count(*) filter (where length > 3) as longer,
        count(*) filter (where is_priced and is_cash_only) as priced_cash,
        count(*) filter (where is_priced and length > 2) as priced_longer,
        count(*) filter (where not is_temporally_consistent) as inconsistent,
        max(length) filter (where is_priced and is_cash_only) as longest_priced_cash,
    from cycles
    group by scenario_id
),

found as (
    {%- for count in [
        'pairs', 'triples', 'longer', 'priced_cash', 'priced_longer', 'inconsistent',
        'longest_priced_cash',
    ] %}
    select scenario_id || ' {{ count }}' as name, {{ count }} as actual from counted
    union all
    {%- endfor %}
    select
        scenario_id || ' ' || cycle_id || ', bn',
        cast(bottleneck_usd as double) / 1e9,
    from cycles
    union all
    select scenario_id || ' ' || cycle_id || ' forward', forward_ratio, from cycles
    union all
    select
        scenario_id || ' ' || cycle_id || ' consistent',
        cast(is_temporally_consistent as integer),
    from cycles
),

expected (name, expected) as (
    values
        ('doc_claim pairs', 5),
        ('doc_claim triples', 1),
        ('doc_claim longer', 0),
        ('doc_claim priced_cash', 1),
        ('doc_claim priced_longer', 0),
        ('doc_claim inconsistent', 1),
        ('doc_high pairs', 5),
        ('doc_high triples', 1),
        ('doc_high priced_cash', 0),
        ('doc_low pairs', 5),
        ('doc_low priced_cash', 0),
        ('doc_claim nvidia-openai, bn', 100),
        ('doc_claim nvidia-openai forward', 0.23674),
        ('doc_high nvidia-openai, bn', null),
        ('doc_low nvidia-openai, bn', null),
        ('ext_oracle_nvidia nvidia-openai-oracle, bn', 40),
        ('ext_oracle_nvidia priced_longer', 1),
        ('ext_high longest_priced_cash', 5),
        ('doc_claim amd-openai, bn', null),
        ('doc_claim microsoft-openai, bn', null),
        ('doc_claim coreweave-openai, bn', null),
        ('doc_claim openai-oracle, bn', null),
        ('doc_claim microsoft-nvidia-openai, bn', null),
        ('doc_claim microsoft-nvidia-openai consistent', 0)
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
