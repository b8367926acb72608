-- Numbers worked out by hand from the two documents: what the members owe each other.
-- A row here is a number that came out otherwise, by more than one part in a thousand.
with exposures as (
    select * from {{ ref('company_exposures') }}
),

bilateral as (
    select * from {{ ref('bilateral_exposures') }}
),

pairs as (
    select * from {{ ref('int_company_pairs_matched') }}
),

openai as (
    select * from exposures
    where company_id = 'openai'
),

totals as (
    select
        scenario_id,
        sum(abs(net_position_usd)) as net_usd,
        sum(gross_exposure_usd) as gross_usd,
    from exposures
    group by scenario_id
),

found as (
    select
        scenario_id || ' openai outgoing, bn' as name,
        cast(outgoing_usd as double) / 1e9 as actual,
    from openai
    union all
    select
        scenario_id || ' openai outgoing legs',
        outgoing_leg_count,
    from openai
    union all
    select
        scenario_id || ' openai outgoing priced legs',
        outgoing_priced_leg_count,
    from openai
    union all
    select
        scenario_id || ' ' || company_id || ' net, bn',
        cast(net_position_usd as double) / 1e9,
    from exposures
    union all
    select
        scenario_id || ' ' || company_id || ' credit equivalent, bn',
        cast(credit_equivalent_usd as double) / 1e9,
    from exposures
    union all
    select
        scenario_id || ' oracle to market cap',
        exposure_to_market_cap_ratio,
    from exposures
    where company_id = 'oracle'
    union all
    select
        scenario_id || ' openai to revenue',
        exposure_to_revenue_ratio,
    from openai
    union all
    select
        scenario_id || ' netting efficiency',
        1 - cast(net_usd as double) / cast(gross_usd as double),
    from totals
    union all
    select
        scenario_id || ' net positions, bn',
        cast(net_usd as double) / 1e9,
    from totals
    union all
    select
        scenario_id || ' gross exposures, bn',
        cast(gross_usd as double) / 1e9,
    from totals
    union all
    select
        scenario_id || ' ' || from_company_id || ' ' || to_company_id || ' net, bn',
        cast(net_usd as double) / 1e9,
    from bilateral
    union all
    select
        scenario_id || ' reciprocity',
        cast(sum(returned_low_usd) as double) / cast(sum(outgoing_usd) as double),
    from pairs
    group by scenario_id
    union all
    select
        scenario_id || ' ' || company_id || ' incoming, bn',
        cast(incoming_usd as double) / 1e9,
    from exposures
    union all
    select
        scenario_id || ' openai funding of members, bn',
        cast(incoming_funding_usd as double) / 1e9,
    from openai
    union all
    select
        scenario_id || ' openai funding from outside, bn',
        cast(external_funding_point_usd as double) / 1e9,
    from openai
    union all
    select
        scenario_id || ' ' || from_company_id || ' vendor financing of '
        || to_company_id,
        vendor_financing_ratio,
    from bilateral
),

expected (name, expected) as (
    values
        ('doc_low openai outgoing, bn', 322.4),
        ('doc_high openai outgoing, bn', 322.4),
        ('doc_claim openai outgoing, bn', 422.4),
        ('doc_low openai outgoing legs', 7),
        ('doc_low openai outgoing priced legs', 2),
        ('doc_high openai outgoing priced legs', 2),
        ('doc_claim openai outgoing priced legs', 3),
        ('doc_claim openai net, bn', -322.4),
        ('doc_claim oracle net, bn', 300),
        ('doc_claim coreweave net, bn', 22.4),
        ('doc_claim nvidia net, bn', 0),
        ('doc_high openai net, bn', -222.4),
        ('doc_high nvidia net, bn', -100),
        ('doc_high amd net, bn', null),
        ('doc_claim net positions, bn', 644.8),
        ('doc_claim gross exposures, bn', 1044.8),
        ('doc_claim nvidia openai net, bn', 0),
        ('doc_claim oracle incoming, bn', 300),
        ('doc_claim coreweave incoming, bn', 22.4),
        ('doc_claim nvidia incoming, bn', 100),
        ('doc_low nvidia incoming, bn', null),
        ('doc_high nvidia incoming, bn', null),
        ('doc_low openai funding of members, bn', 0),
        ('doc_high openai funding of members, bn', 100),
        ('doc_high openai funding from outside, bn', 51),
        ('doc_claim nvidia credit equivalent, bn', 40),
        ('doc_high nvidia credit equivalent, bn', 40),
        ('doc_low oracle to market cap', 0.3),
        ('doc_low openai to revenue', 24.8),
        ('doc_claim netting efficiency', 0.3828),
        ('doc_claim reciprocity', 0.3828),
        ('doc_low reciprocity', 0),
        ('doc_claim nvidia vendor financing of openai', 1),
        ('doc_high nvidia vendor financing of openai', null)
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
