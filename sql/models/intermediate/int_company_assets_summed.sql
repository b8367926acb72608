{#-
What a company could pay with, beside what the others owe it: a year's revenue and the
firm funding from outside the network, each as printed, and what other members have
paid in already. Unknown where the revenue is; funding that nobody tells of is none.
-#}
with flows as (
    select * from {{ ref('int_company_flows_summed') }}
),

paid_in as (
    select
        scenario_id,
        to_company_id as company_id,
        sum(paid_funding_usd) as paid_member_funding_usd,
    from {{ ref('int_company_edges_summed') }}
    group by scenario_id, to_company_id
),

revenues as (
    select * from {{ ref('int_revenues_chosen') }}
),

summed as (
    select
        flows.scenario_id,
        flows.company_id,
        revenues.revenue_claim_id,
        revenues.revenue_usd,
        cast(flows.external_funding_point_usd as decimal(20, 2))
            as external_funding_usd,
        cast(paid_in.paid_member_funding_usd as decimal(20, 2))
            as paid_member_funding_usd,
        revenues.revenue_usd
        + coalesce(flows.external_funding_point_usd, 0)
        + coalesce(paid_in.paid_member_funding_usd, 0) as assets_usd,
    from flows
    left join paid_in
        on
            flows.scenario_id = paid_in.scenario_id
            and flows.company_id = paid_in.company_id
    left join revenues
        on
            flows.source_layer = revenues.source_layer
            and flows.company_id = revenues.company_id
),

final as (
    select
        * exclude (assets_usd),
        cast(assets_usd as decimal(20, 2)) as assets_usd,
    from summed
)

select * from final
