-- Numbers worked out by hand from the two documents: deals, their versions, and what
-- the market made of them. A row here is a number that came out otherwise.
with deals as (
    select * from {{ ref('deals') }}
    where source_layer = 'document'
),

events as (
    select * from {{ ref('deal_events') }}
),

reactions as (
    select * from {{ ref('market_reactions') }}
    where deal_id in (select deal_id from deals)
),

moves as (
    select * from {{ ref('market_cap_moves') }}
    where unit = 'usd'
),

claims as (
    select * from {{ ref('claims') }}
    where source_layer = 'document'
),

legs as (
    select * from {{ ref('deal_legs') }}
    where scenario_id = 'doc_high' and layer = 'cash'
),

evidence as (
    select
        'oracle_openai_compute' as figure,
        unnest(evidence_claim_ids) as claim_id,
    from deals
    where deal_id = 'oracle_openai_compute'
    union all
    select
        'openai valuation' as figure,
        claim_id,
    from {{ ref('valuations') }}
    where
        company_id = 'openai'
        and source_layer = 'document'
        and value_point_usd = 500e9
),

found as (
    select
        deal_id || ' high, bn' as name,
        cast(amount_high_usd as double) / 1e9 as actual,
    from deals
    union all
    select event_id || ', bn', cast(amount_point_usd as double) / 1e9, from events
    union all
    select 'claims', count(*), from claims
    union all
    select 'claims of ' || document_id, count(*), from claims group by document_id
    union all
    select
        'leaf deals without a price',
        count(*),
    from deals
    where additivity = 'leaf' and priced_cash_leg_count = 0
    union all
    select
        deal_id || ' priced cash legs',
        priced_cash_leg_count,
    from deals
    union all
    select
        'coreweave growth',
        cast(later.amount_point_usd - earlier.amount_point_usd as double)
        / cast(earlier.amount_point_usd as double),
    from events as earlier
    inner join events as later on earlier.superseded_by_event_id = later.event_id
    where earlier.deal_id = 'coreweave_openai_cloud'
    union all
    select
        'coreweave increase, bn',
        cast(later.amount_point_usd - earlier.amount_point_usd as double) / 1e9,
    from events as earlier
    inner join events as later on earlier.superseded_by_event_id = later.event_id
    where earlier.deal_id = 'coreweave_openai_cloud'
    union all
    select
        deal_id || ' ' || capacity_qualifier || ' gw',
        cast(capacity_gw as double),
    from deals
    union all
    select
        'gw of vendors',
        cast(sum(capacity_gw) as double),
    from deals
    where additivity = 'leaf'
    union all
    select
        'cash of status ' || status || ', bn',
        cast(sum(amount_usd) as double) / 1e9,
    from legs
    group by status
    union all
    select
        'documents behind ' || evidence.figure,
        count(distinct claims.document_id),
    from evidence
    inner join claims on evidence.claim_id = claims.claim_id
    group by evidence.figure
    union all
    select move_id || ' low, bn', cast(value_low as double) / 1e9, from moves
    union all
    select move_id || ' high, bn', cast(value_high as double) / 1e9, from moves
    union all
    select company_id || ' per deal dollar', value_change_per_deal_usd, from reactions
    union all
    select
        company_id || ' per gw, bn',
        cast(value_change_per_gw_usd as double) / 1e9,
    from reactions
),

expected (name, expected) as (
    values
        ('claims', 115),
        ('claims of 000_e770d492a04ca586', 38),
        ('claims of 003_7f834cc207e0cf9a', 77),
        ('nvidia_openai_loi high, bn', 100),
        ('oracle_openai_compute high, bn', 300),
        ('coreweave_openai_cloud high, bn', 22.4),
        ('coreweave_cloud_first, bn', 11.9),
        ('coreweave_cloud_expanded, bn', 22.4),
        ('stargate_umbrella high, bn', 500),
        ('coreweave growth', 0.8824),
        ('coreweave increase, bn', 10.5),
        ('nvidia_openai_loi at_least gw', 10),
        ('amd_openai_supply up_to gw', 6),
        ('broadcom_openai_codev up_to gw', 10),
        ('gw of vendors', 26),
        ('cash of status loi, bn', 100),
        ('cash of status committed, bn', 322.4),
        ('cash of status announced, bn', 500),
        ('cash of status planned, bn', 90),
        ('documents behind openai valuation', 2),
        ('documents behind oracle_openai_compute', 1),
        ('leaf deals without a price', 4),
        ('amd_openai_supply priced cash legs', 0),
        ('broadcom_openai_codev priced cash legs', 0),
        ('microsoft_openai_azure priced cash legs', 0),
        ('openai_coreweave_stake priced cash legs', 0),
        ('nvidia_openai_loi priced cash legs', 1),
        ('nvidia_openai_deal_value low, bn', 165),
        ('nvidia_openai_deal_value high, bn', 175),
        ('nvidia per deal dollar', 1.7),
        ('nvidia per gw, bn', 17),
        ('amd per deal dollar', null),
        ('broadcom per deal dollar', null),
        ('oracle per deal dollar', null)
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
