-- Numbers worked out by hand from the two documents: how much of the money comes back.
-- A row here is a number that came out otherwise, by more than one part in a thousand.
with ratios as (
    select * from {{ ref('round_trip_ratios') }}
),

bilateral as (
    select * from {{ ref('bilateral_exposures') }}
),

hops as (
    select * from {{ ref('round_trip_hops') }}
),

nvidia as (
    select
        scenario_id || ' ' || tracing_rule as name,
        *,
    from ratios
    where company_id = 'nvidia'
),

found as (
    select name || ' ratio' as name, round_trip_ratio as actual, from nvidia
    union all
    select name || ' low', round_trip_ratio_low, from nvidia
    union all
    select name || ' high', round_trip_ratio_high, from nvidia
    union all
    select name || ', bn', cast(round_trip_usd as double) / 1e9, from nvidia
    union all
    select name || ' residual', residual_ratio, from nvidia
    union all
    select
        scenario_id || ' ' || from_company_id || ' ' || to_company_id || ' direct',
        round_trip_ratio,
    from bilateral
    union all
    select
        scenario_id || ' ' || from_company_id || ' ' || to_company_id || ' reciprocity',
        reciprocity_ratio,
    from bilateral
    union all
    select
        scenario_id || ' nvidia hop ' || hop,
        returned_ratio,
    from hops
    where company_id = 'nvidia'
),

expected (name, expected) as (
    values
        ('doc_claim direct ratio', 1),
        ('doc_claim pro_rata ratio', 0.23674),
        ('doc_claim pro_rata, bn', 23.674),
        ('doc_claim pro_rata high', 0.23674),
        ('doc_claim pro_rata residual', 0),
        ('doc_claim nvidia hop 2', 0.23674),
        ('doc_high direct ratio', null),
        ('doc_high direct low', 0),
        ('doc_high direct high', 1),
        ('doc_high pro_rata ratio', null),
        ('doc_high pro_rata low', 0),
        ('doc_high pro_rata high', 1),
        ('ext_oracle_nvidia pro_rata ratio', 0.3314),
        ('ext_oracle_nvidia pro_rata, bn', 33.14),
        ('ext_oracle_nvidia pro_rata residual', 0),
        ('ext_oracle_nvidia nvidia hop 2', 0.23674),
        ('ext_oracle_nvidia nvidia hop 3', 0.0947),
        ('ext_oracle_nvidia maximum ratio', 1),
        ('doc_claim earmarked ratio', 1),
        ('doc_claim earmarked, bn', 100),
        ('doc_claim maximum ratio', 1),
        ('doc_claim maximum, bn', 100),
        ('doc_high earmarked ratio', null),
        ('doc_high earmarked low', 0),
        ('doc_high earmarked high', 1),
        ('doc_high maximum ratio', null),
        ('doc_high maximum low', 0),
        ('doc_high maximum high', 1),
        ('doc_low earmarked ratio', null),
        ('doc_low maximum ratio', null),
        ('doc_low direct ratio', null),
        ('doc_low direct low', null),
        ('doc_low direct high', null),
        ('doc_low pro_rata ratio', null),
        ('doc_claim nvidia openai direct', 1),
        ('doc_claim openai nvidia direct', 1),
        ('doc_claim nvidia openai reciprocity', 1),
        ('doc_claim openai amd direct', 0),
        ('doc_claim openai oracle direct', 0),
        ('doc_high nvidia openai direct', null),
        ('doc_low nvidia openai direct', null)
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
