{#-
What a company could pay with, beside what the others owe it: a year's revenue and the
firm funding from outside the network, each as printed. Unknown where the revenue is;
funding that nobody tells of is none.
-#}
with flows as (
    select * from {{ ref('int_company_flows_summed') }}
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
        revenues.revenue_usd + coalesce(flows.external_funding_point_usd, 0)
            as assets_usd,
    from flows
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
