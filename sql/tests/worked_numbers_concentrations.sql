-- Numbers worked out by hand from the two documents: how concentrated the business is.
-- A row here is a number that came out otherwise, by more than one part in a thousand.
with concentrations as (
    select * from {{ ref('counterparty_concentrations') }}
),

named as (
    select
        scenario_id || ' ' || company_id || ' ' || basis as name,
        *,
    from concentrations
),

found as (
    select name || ' top' as name, top_share_ratio as actual from named
    union all
    select name || ' hhi', hhi from named
    union all
    select name || ' effective', effective_number from named
    union all
    select name || ' coverage', coverage_ratio from named
    union all
    select name || ' of ' || top_counterparty_id, 1 from named
    union all
    select name || ' tied', len(top_counterparty_ids) from named
),

expected (name, expected) as (
    values
        ('doc_low openai outgoing_usd top', 0.9305),
        ('doc_low openai outgoing_usd of oracle', 1),
        ('doc_low openai outgoing_usd hhi', 0.8707),
        ('doc_low openai outgoing_usd effective', 1.1485),
        ('doc_low openai outgoing_usd coverage', 0.28571),
        ('doc_high openai outgoing_usd hhi', 0.8707),
        ('doc_claim openai outgoing_usd coverage', 0.42857),
        ('doc_low openai capacity_gw top', 0.3846),
        ('doc_low openai capacity_gw tied', 2),
        ('doc_low openai capacity_gw of broadcom', 1),
        ('doc_low openai capacity_gw hhi', 0.3491),
        ('doc_low openai capacity_gw effective', 2.8644),
        ('doc_low oracle incoming_usd hhi', 1),
        ('doc_low nvidia outgoing_usd hhi', null),
        ('doc_low nvidia outgoing_usd top', null),
        ('doc_low amd incoming_usd hhi', null),
        ('doc_low amd incoming_usd coverage', 0)
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
