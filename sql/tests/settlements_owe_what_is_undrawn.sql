-- What falls due in a settlement is what is not paid: for the payer what its exposure
-- says is undrawn, for the payee what comes in less its legs that are closed or over.
with stresses as (
    select * from {{ ref('settlement_stresses') }}
),

exposures as (
    select * from {{ ref('company_exposures') }}
),

legs as (
    select * from {{ ref('deal_legs') }}
    where is_network_leg and layer = 'cash'
),

coming as (
    select
        scenario_id,
        to_company_id as company_id,
        sum(amount_usd) as incoming_usd,
        sum(amount_usd) filter (
            where status in ('closed', 'disbursed', 'historical')
        ) as paid_usd,
    from legs
    group by scenario_id, to_company_id
)

select
    exposures.scenario_id,
    exposures.company_id,
    exposures.undrawn_usd,
    stresses.owed_usd,
    coming.incoming_usd - coalesce(coming.paid_usd, 0) as unpaid_usd,
    stresses.due_usd,
from exposures
left join stresses
    on
        exposures.scenario_id = stresses.scenario_id
        and exposures.company_id = stresses.company_id
left join coming
    on
        exposures.scenario_id = coming.scenario_id
        and exposures.company_id = coming.company_id
where
    abs(coalesce(exposures.undrawn_usd, 0) - coalesce(stresses.owed_usd, 0)) > 1
    or abs(
        coalesce(coming.incoming_usd, 0)
        - coalesce(coming.paid_usd, 0)
        - coalesce(stresses.due_usd, 0)
    )
    > 1
