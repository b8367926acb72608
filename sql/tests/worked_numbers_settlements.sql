-- Numbers worked out by hand from the two documents: if all fell due at once. A row
-- here is a number that came out otherwise, by more than one part in a thousand.
with stresses as (
    select * from {{ ref('settlement_stresses') }}
),

found as (
    {%- for column in ['recovery_ratio', 'received_ratio'] %}
    select
        scenario_id || ' ' || company_id || ' {{ column }}' as name,
        {{ column }} as actual,
    from stresses
    union all
    {%- endfor %}
    {%- for column in ['assets', 'owed', 'paid', 'received', 'unreceived'] %}
    select
        scenario_id || ' ' || company_id || ' {{ column }}, bn' as name,
        cast({{ column }}_usd as double) / 1e9 as actual,
    from stresses
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

expected (name, expected) as (
    values
        ('doc_claim openai assets, bn', 64),
        ('doc_claim openai owed, bn', 422.4),
        ('doc_claim openai paid, bn', 164),
        ('doc_claim openai recovery_ratio', 0.3883),
        ('doc_claim nvidia recovery_ratio', 1),
        ('doc_claim oracle recovery_ratio', null),
        ('doc_claim oracle received, bn', 116.48),
        ('doc_claim nvidia received, bn', 38.83),
        ('doc_claim coreweave received, bn', 8.70),
        ('doc_claim oracle unreceived, bn', 183.52),
        ('doc_claim coreweave unreceived, bn', 13.70),
        ('doc_claim nvidia unreceived, bn', 61.17),
        ('doc_low openai recovery_ratio', 0.19851)
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
