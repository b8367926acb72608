-- Numbers worked out by hand from the two documents: commitments against revenue and
-- funding. A row here is a number that came out otherwise, by more than one part in a
-- thousand.
with openai as (
    select * from {{ ref('commitment_coverages') }}
    where company_id = 'openai'
),

found as (
    {%- for column in [
        'years_of_revenue', 'largest_years_of_revenue', 'claimed_years_of_revenue_low',
        'member_funding_ratio', 'funding_coverage_ratio',
    ] %}
    select scenario_id || ' {{ column }}' as name, {{ column }} as actual from openai
    union all
    {%- endfor %}
    select scenario_id || ' ' || largest_counterparty_id, 1 from openai
),

expected (name, expected) as (
    values
        ('doc_low years_of_revenue', 24.8),
        ('doc_high years_of_revenue', 24.8),
        ('doc_claim years_of_revenue', 32.4923),
        ('doc_low oracle', 1),
        ('doc_low largest_years_of_revenue', 23.08),
        ('doc_low claimed_years_of_revenue_low', 76.92),
        ('doc_low member_funding_ratio', 0),
        ('doc_claim member_funding_ratio', 0.23674)
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
