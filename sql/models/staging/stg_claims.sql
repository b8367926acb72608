with source as (
    select
        'document' as source_layer,
        *,
    from {{ ref('raw_claims') }}

    union all by name

    select
        'external' as source_layer,
        *,
    from {{ ref('raw_external_claims') }}
),

bounded as (
    select
        claim_id,
        source_layer,
        document_id,
        source_id,
        second_source_id,
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
        doubt,
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
