-- What the best known public tracker of these deals gets wrong, and we must not: each row
-- is a check that fails.
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
        list(value order by known_from) = [100000000000, 30000000000, 30000000000]
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
)

select problem
from checks
where is_held is not true
