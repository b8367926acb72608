{#-
The revenue that a company's commitments are set against, and the year it is of: the
accepted figure of the latest whole year, one from the documents and one from beyond.
The documents know 2025 as a forecast alone; beyond them what is done counts.
-#}
with metrics as (
    select * from {{ ref('stg_financial_metrics') }}
),

claims as (
    select * from {{ ref('int_claims_resolved') }}
),

chosen as (
    select
        metrics.source_layer,
        metrics.company_id,
        metrics.claim_id as revenue_claim_id,
        metrics.period_label as revenue_period_label,
        metrics.modality as revenue_modality,
        cast(metrics.value_point as decimal(20, 2)) as revenue_usd,
    from metrics
    inner join claims on metrics.claim_id = claims.claim_id
    where
        metrics.metric_code = 'revenue'
        and metrics.unit = 'usd'
        and metrics.value_point is not null
        and (metrics.source_layer = 'document' or metrics.modality <> 'forecast')
        and metrics.period_end - metrics.period_start between 360 and 370
        and claims.is_accepted
    qualify
        row_number() over (
            partition by metrics.source_layer, metrics.company_id
            order by metrics.period_end desc, metrics.claim_id desc
        ) = 1
)

select * from chosen
