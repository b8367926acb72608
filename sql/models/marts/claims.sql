with claims as (
    select * from {{ ref('int_claims_resolved') }}
),

final as (
    select
        claim_id,
        document_id,
        source_id,
        second_source_id,
        subject_company_id,
        object_company_id,
        deal_id,
        resolution_rule_id,
        chosen_claim_id,
        source_layer,
        metric_code,
        statement,
        value_as_printed,
        unit,
        currency,
        qualifier,
        modality,
        speaker,
        status,
        value_window as "window",
        period_label,
        date_precision,
        date_source,
        resolution_reason,
        doubt,
        paragraph_number,
        last_paragraph_number,
        value_low,
        value_point,
        value_high,
        is_accepted,
        period_start,
        period_end,
        event_date,
    from claims
)

select * from final
