{#-
Which member can hand something to which: over cash that counts in the sums, or else
over an instrument or a pledge, as a topology knows no amounts. A link by cash is worth
its cash alone; instruments are never added to it. Totals over several deals link
nobody.
-#}
with legs as (
    select * from {{ ref('int_deal_legs_by_scenario') }}
),

members as (
    select * from {{ ref('int_scenario_members_chosen') }}
),

current_legs as (
    select
        legs.*,
        legs.layer = 'cash' and legs.is_additive as is_cash,
        legs.status = 'historical' as is_over,
        legs.status not in ('historical', 'closed', 'disbursed', 'partially_disbursed')
            as is_pending,
    from legs
    inner join members as payers
        on
            legs.scenario_id = payers.scenario_id
            and legs.from_company_id = payers.company_id
    inner join members as payees
        on
            legs.scenario_id = payees.scenario_id
            and legs.to_company_id = payees.company_id
    where
        legs.additivity <> 'aggregate'
        and legs.status not in ('cancelled', 'superseded')
),

joined as (
    select
        scenario_id,
        from_company_id,
        to_company_id,
        is_cash,
        cast(sum(amount_usd) as decimal(20, 2)) as amount_usd,
        count(*) as leg_count,
        count(amount_usd) as priced_leg_count,
        bool_and(is_over) as is_over,
        bool_and(is_pending) as is_pending,
        {{ united_claim_ids('evidence_claim_ids') }} as evidence_claim_ids,
    from current_legs
    group by scenario_id, from_company_id, to_company_id, is_cash
),

final as (
    select *
    from joined
    qualify
        row_number() over (
            partition by scenario_id, from_company_id, to_company_id
            order by is_cash desc
        ) = 1
)

select * from final
