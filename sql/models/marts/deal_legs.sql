with legs as (
    select * from {{ ref('int_deal_legs_by_scenario') }}
),

final as (
    select
        scenario_id,
        leg_id,
        deal_id,
        from_company_id,
        to_company_id,
        source_layer,
        layer,
        leg_type,
        flow_kind,
        status,
        additivity,
        imputation_method,
        imputation_reason,
        amount_usd,
        is_priced,
        is_lower_bound,
        is_additive,
        is_network_leg,
        known_from,
        evidence_claim_ids,
    from legs
)

select * from final
