{#-
What each leg is worth in each scenario. A scenario is a rule in rows, never a name in
SQL: `amount_bound` says which end of an interval counts, and scenario_leg_amounts
prices legs that the documents leave open, as long as the claim behind the price stands.
At the low end only what binds counts: of a
leg whose status is no firm obligation (a weight below 1), its amount "up to" included,
nothing is owed. A leg without a price stays NULL in every scenario.
-#}
with legs as (
    select * from {{ ref('stg_deal_legs') }}
),

deals as (
    select * from {{ ref('stg_deals') }}
),

companies as (
    select * from {{ ref('stg_companies') }}
),

scenarios as (
    select * from {{ ref('stg_scenarios') }}
),

claims as (
    select * from {{ ref('stg_claims') }}
),

scenario_amounts as (
    select * from {{ ref('stg_scenario_leg_amounts') }}
    where claim_id in (select claim_id from claims)
),

status_weights as (
    select * from {{ ref('stg_status_weights') }}
),

described as (
    select
        legs.*,
        deals.additivity,
        status_weights.weight_ratio,
        payers.is_network_member and payees.is_network_member as is_between_members,
        deals.additivity = 'leaf'
        and legs.status not in ('cancelled', 'superseded') as is_additive,
    from legs
    inner join deals on legs.deal_id = deals.deal_id
    inner join companies as payers on legs.from_company_id = payers.company_id
    inner join companies as payees on legs.to_company_id = payees.company_id
    inner join status_weights on legs.status = status_weights.status
),

priced as (
    select
        scenarios.scenario_id,
        described.*,
        scenario_amounts.imputation_method,
        scenario_amounts.claim_id as imputation_claim_id,
        case
            when scenario_amounts.amount_usd is not null
                then scenario_amounts.amount_usd
            when scenarios.amount_bound = 'high' then described.amount_high_usd
            when described.weight_ratio = 1 then described.amount_low_usd
            when described.amount_low_usd is not null then 0
        end as amount_usd,
    from described
    cross join scenarios
    left join scenario_amounts
        on
            scenarios.scenario_id = scenario_amounts.scenario_id
            and described.leg_id = scenario_amounts.leg_id
),

final as (
    select
        scenario_id,
        leg_id,
        deal_id,
        from_company_id,
        to_company_id,
        layer,
        leg_type,
        status,
        additivity,
        coalesce(imputation_method, 'none') as imputation_method,
        cast(amount_usd as decimal(20, 2)) as amount_usd,
        amount_point_usd,
        weight_ratio,
        amount_usd is not null as is_priced,
        is_additive,
        is_additive and is_between_members as is_network_leg,
        list_sort(
            list_distinct(
                list_concat(
                    evidence_claim_ids,
                    case
                        when imputation_claim_id is null then []
                        else [imputation_claim_id]
                    end
                )
            )
        ) as evidence_claim_ids,
    from priced
)

select * from final
