-- What the best known public tracker of these deals gets wrong, and we must not: each
-- row is a check that fails.
with legs as (
    select * from {{ ref('raw_external_deal_legs') }}
),

current_legs as (
    select * from legs
    where known_to is null
),

checks as (
    select
        'AMD grants its warrant to OpenAI, and nobody the other way' as problem,
        count(*) filter (
            where from_company_id = 'amd' and to_company_id = 'openai'
        ) = 1
        and count(*) filter (
            where from_company_id = 'openai' and to_company_id = 'amd'
        ) = 0 as is_held,
    from current_legs
    where leg_type = 'warrant_grant'

    union all

    select
        'CoreWeave''s contracts with OpenAI are one chain to 22.4',
        list(value order by known_from) = [11900000000, 15900000000, 22400000000],
    from legs
    where leg_id = 'coreweave_openai_contracts_cloud'

    union all

    select
        'Nvidia put 0.1 into CoreWeave in 2023, not the whole round of 0.221',
        sum(value) = 100000000,
    from legs
    where
        from_company_id = 'nvidia'
        and to_company_id = 'coreweave'
        and leg_type = 'equity_funding'
        and known_from < date '2024-01-01'

    union all

    select
        'OpenAI got CoreWeave''s shares and paid nothing for them',
        count(*) filter (where layer = 'instrument') = 1
        and count(*) filter (where layer = 'cash') = 0,
    from current_legs
    where
        (from_company_id, to_company_id) in (
            ('coreweave', 'openai'), ('openai', 'coreweave')
        )
        and leg_type in ('equity_funding', 'equity_grant')

    union all

    select
        'Nvidia''s backstop for CoreWeave is one instrument of 6.3',
        count(*) = 1 and bool_and(layer = 'instrument' and value = 6300000000),
    from current_legs
    where
        from_company_id = 'nvidia'
        and to_company_id = 'coreweave'
        and leg_type in ('guarantee', 'offtake')

    union all

    select
        'Stargate''s 500 are no cash from SoftBank to OpenAI',
        count(*) = 0,
    from legs
    where
        from_company_id in ('softbank', 'stargate_sponsors', 'stargate')
        and to_company_id = 'openai'
        and layer = 'cash'
        and greatest(value, value_upper) > 40000000000

    union all

    select
        'Stargate''s 500 are an umbrella''s spending on sites',
        count(*) = 1 and bool_and(
            legs.to_company_id = 'stargate'
            and legs.leg_type = 'capex_commitment'
            and deals.additivity = 'umbrella'
        ),
    from current_legs as legs
    inner join {{ ref('raw_external_deals') }} as deals
        on legs.deal_id = deals.deal_id
    where legs.value = 500000000000

    union all

    select
        'Oracle''s 300 were not known before 10 September 2025',
        min(known_from) = date '2025-09-10',
    from legs
    where
        from_company_id = 'openai' and to_company_id = 'oracle' and value = 300000000000

    union all

    select
        'Nvidia''s 30 and not 100 are current in 2026',
        list(value order by known_from)
        = [100000000000, 100000000000, 30000000000, 30000000000]
        and max(known_from) filter (where value = 30000000000) = date '2026-03-31'
        and max(known_to) filter (where value = 100000000000) = date '2026-02-27',
    from legs
    where leg_id = 'nvidia_openai_investment_equity'

    union all

    select
        'Oracle''s chips for Abilene are one order of about 40',
        count(*) = 1 and bool_and(
            leg_id = 'oracle_nvidia_abilene_gpus' and value = 40000000000
        ),
    from legs
    where
        from_company_id = 'oracle'
        and to_company_id = 'nvidia'
        and value between 35000000000 and 45000000000

    union all

    select
        'Broadcom''s order of 10 is Anthropic''s, and OpenAI''s has no price',
        count(*) filter (
            where from_company_id = 'anthropic' and value = 10000000000
        ) = 1
        and count(value) filter (where from_company_id = 'openai') = 0,
    from legs
    where to_company_id = 'broadcom'

    union all

    select
        'No figure is the slip of a unit or currency that some pages print for it',
        count(*) = 7 and bool_and(legs.value = told.value),
    from current_legs as legs
    inner join (
        values
            ('openai_revolver_2024_loan', 4000000000),  -- not 173 billion
            ('vantage_debt_38_debt', 38000000000),  -- not 3.8
            ('nvda_crwv_backstop_2025_backstop', 6300000000),  -- not millions
            ('nvda_intel_2025_equity', 5000000000),  -- not 50
            ('amd_crusoe_2026_loan', 300000000),  -- not 3 billion
            ('reflection_2026_round', 2500000000),  -- not 25
            ('nextdc_openai_capex', 4600000000)  -- not 7, which are Australian
    ) as told (leg_id, value)
        on legs.leg_id = told.leg_id

    union all

    select
        'Google''s backstops for leases are no cash to the landlords',
        count(*) > 0 and bool_and(layer = 'instrument'),
    from legs
    where
        from_company_id = 'alphabet'
        and to_company_id in ('terawulf', 'cipher_mining', 'hut_8')
)

select problem
from checks
where is_held is not true
