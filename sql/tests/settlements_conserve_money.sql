-- What all pay is what all receive; nobody pays more than it owes or than it has.
with stresses as (
    select * from {{ ref('settlement_stresses') }}
),

unbalanced as (
    select
        scenario_id,
        '(all)' as company_id,
        sum(paid_usd) as paid_usd,
        sum(received_usd) as most_usd,
    from stresses
    group by scenario_id
    having abs(sum(paid_usd) - sum(received_usd)) > count(*)
),

overpaid as (
    select
        scenario_id,
        company_id,
        paid_usd,
        least(owed_usd, assets_usd + received_usd) as most_usd,
    from stresses
    where
        paid_usd > owed_usd + 1
        or paid_usd > assets_usd + received_usd + 1
)

select * from unbalanced
union all
select * from overpaid
