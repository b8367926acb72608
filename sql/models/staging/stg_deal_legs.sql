with source as (
    select
        'document' as source_layer,
        *,
    from {{ ref('raw_deal_legs') }}

    union all by name

    select
        'external' as source_layer,
        *,
    from {{ ref('raw_external_deal_legs') }}
),

bounded as (
    select
        leg_id,
        deal_id,
        from_company_id,
        to_company_id,
        source_layer,
        leg_type,
        layer,
        {{ bounds('amount', '_usd', 'decimal(20, 2)', binding='binding_value') }},
        qualifier,
        status,
        quantity,
        quantity_unit,
        conditional_on_leg_id,
        earmarked_to_leg_id,
        known_from,
        known_to,
        list_sort(string_split(evidence_claim_ids, ';')) as evidence_claim_ids,
        notes,
    from source
)

select * from bounded
