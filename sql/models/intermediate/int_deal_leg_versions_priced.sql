{#-
What each version of a leg is worth in each scenario. A scenario is a rule in rows,
never a name in SQL: `amount_bound` says which end of an interval counts,
scenario_leg_amounts and scenario_parameters price legs that the sources leave open, as
long as the claim behind the price stands. Of a leg that is no firm obligation (a status
with a weight below 1), nothing is owed at the low end, its amount "up to" included;
`is_binding_only` leaves it out, price or none. At the high end an amount that is open
above ("more than") counts with the least that it can be, and says so. A leg without a
price stays NULL in every scenario.
-#}
with legs as (
    select * from {{ ref('stg_deal_legs') }}
),

leg_types as (
    select * from {{ ref('stg_leg_types') }}
),

deals as (
    select * from {{ ref('stg_deals') }}
),

selected as (
    select * from {{ ref('int_scenario_legs_selected') }}
),

members as (
    select * from {{ ref('int_scenario_members_chosen') }}
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

prices_per_gw as (
    select * from {{ ref('stg_scenario_parameters') }}
    where
        parameter = 'usd_per_gw'
        and claim_id in (select claim_id from claims)
),

status_weights as (
    select * from {{ ref('stg_status_weights') }}
),

described as (
    select
        selected.scenario_id,
        scenarios.amount_bound,
        legs.*,
        leg_types.flow_kind,
        deals.additivity,
        status_weights.weight_ratio,
        payers.company_id is not null and payees.company_id is not null
            as is_between_members,
        deals.additivity = 'leaf'
        and legs.status not in ('cancelled', 'superseded') as is_additive,
    from selected
    inner join legs on selected.leg_id = legs.leg_id
    inner join leg_types on legs.leg_type = leg_types.leg_type
    inner join scenarios on selected.scenario_id = scenarios.scenario_id
    inner join deals on legs.deal_id = deals.deal_id
    inner join status_weights on legs.status = status_weights.status
    left join members as payers
        on
            selected.scenario_id = payers.scenario_id
            and legs.from_company_id = payers.company_id
    left join members as payees
        on
            selected.scenario_id = payees.scenario_id
            and legs.to_company_id = payees.company_id
    where not scenarios.is_binding_only or status_weights.weight_ratio = 1
),

imputed as (
    select
        described.*,
        coalesce(
            scenario_amounts.amount_usd,
            case
                when described.amount_low_usd is null
                and described.amount_high_usd is null
                    then cast(
                        described.quantity * prices_per_gw.value as decimal(20, 2)
                    )
            end
        ) as imputed_usd,
        coalesce(scenario_amounts.imputation_method, prices_per_gw.parameter)
            as imputation_method,
        coalesce(scenario_amounts.reason, prices_per_gw.reason) as imputation_reason,
        coalesce(scenario_amounts.claim_id, prices_per_gw.claim_id)
            as imputation_claim_id,
    from described
    left join scenario_amounts
        on
            described.scenario_id = scenario_amounts.scenario_id
            and described.leg_id = scenario_amounts.leg_id
    left join prices_per_gw
        on
            described.scenario_id = prices_per_gw.scenario_id
            and described.to_company_id = prices_per_gw.to_company_id
            and described.quantity_unit = 'gw'
            and described.flow_kind = 'revenue'
),

priced as (
    select
        *,
        case
            when imputed_usd is not null then imputed_usd
            when amount_bound = 'high' then coalesce(amount_high_usd, amount_low_usd)
            when weight_ratio = 1 then amount_low_usd
            when amount_low_usd is not null then 0
        end as amount_usd,
    from imputed
),

final as (
    select
        scenario_id,
        leg_id,
        deal_id,
        from_company_id,
        to_company_id,
        earmarked_to_leg_id,
        source_layer,
        layer,
        leg_type,
        flow_kind,
        status,
        additivity,
        case when imputed_usd is null then 'none' else imputation_method end
            as imputation_method,
        case when imputed_usd is not null then imputation_reason end
            as imputation_reason,
        cast(amount_usd as decimal(20, 2)) as amount_usd,
        amount_point_usd,
        weight_ratio,
        amount_usd is not null as is_priced,
        imputed_usd is null
        and amount_bound = 'high'
        and amount_high_usd is null
        and amount_low_usd is not null as is_lower_bound,
        is_additive,
        is_additive and is_between_members as is_network_leg,
        known_from,
        known_to,
        list_sort(
            list_distinct(
                list_concat(
                    evidence_claim_ids,
                    case
                        when imputed_usd is null then []
                        else [imputation_claim_id]
                    end
                )
            )
        ) as evidence_claim_ids,
    from priced
)

select * from final
