with source as (
    select *
    from {{ ref('raw_claims') }}
),

bounded as (
    select
        claim_id,
        document_id,
        subject_company_id,
        object_company_id,
        deal_id,
        metric_code,
        paragraph_number,
        last_paragraph_number,
        statement,
        value_as_printed,
        {{ bounds('value') }},
        unit,
        currency,
        qualifier,
        modality,
        speaker,
        status,
        period_label,
        period_start,
        period_end,
        event_date,
        date_precision,
        date_source,
        "window" as value_window,
    from source
)

select * from bounded
