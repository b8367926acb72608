-- Numbers worked out by hand from the two documents: their contradictions. A row here
-- is a number that came out otherwise, by more than one part in a thousand.
with conflicts as (
    select * from {{ ref('claim_conflicts') }}
    where source_layer = 'document'
),

checks as (
    select * from {{ ref('int_claim_conflicts_computed') }}
),

found as (
    select
        conflict_id as name,
        computed_value as actual,
    from conflicts
    union all
    select conflict_id || ' ratio', stated_to_computed_ratio, from conflicts
    union all
    select conflict_id || ' consistent', cast(is_consistent as integer), from conflicts
    union all
    select conflict_id || ' uses ' || chosen_claim_id, 1, from conflicts
    union all
    select conflict_id || ' ' || check_name, computed_value, from checks
    union all
    select 'conflicts', count(*), from conflicts
),

expected (name, expected) as (
    values
        ('conflicts', 48),
        ('C01 ratio', 100),
        ('C01 uses B45', 1),
        ('C02', 60.48e12),
        ('C02 ratio', 2.976),
        ('C02 consistent', 0),
        ('C03', 16e9),
        ('C03 consistent', 0),
        ('C03 loss left for the second half', 12e9),
        ('C04', 2.54),
        ('C04 loss per dollar of revenue', 1.54),
        ('C04 cash per dollar of revenue', 0.6154),
        ('C07', 1.882),
        ('C07 consistent', 0),
        ('C07 uses A08', 1),
        ('C10', 200e9),
        ('C11 uses B30', 1),
        ('C12 uses B27', 1),
        ('C13', 10),
        ('C15', 735.3e9),
        ('C15 gain in market value', 264.7e9),
        ('C21', 15e9),
        ('C21 consistent', 1),
        ('C21 revenue implied', 10e9),
        ('C22 consistent', 1),
        ('C23', 260),
        ('C25 consistent', 1),
        ('C26', 4.2e9),
        ('C26 part of Nvidia implied', 3.36e9),
        ('C26 concentration of the spending, least', 0.64),
        ('C26 concentration of the spending, most', 0.68),
        ('C29 revenue without the gap', 1200e9),
        ('C29 building to revenue', 0.25),
        ('C31', -0.387),
        ('C36', 577.6e9),
        ('C36 part not explained', 0.578),
        ('C37', 0.115),
        ('C39', 1.6e9),
        ('C41', 10e9),
        ('C42 consistent', 1),
        ('C43', 13),
        ('C46', 0.16667),
        ('C46 market value per expected dollar, most', 0.75)
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
