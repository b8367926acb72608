{#- A sum: zero where there is nothing to sum, NULL where nothing has a figure. -#}
{% macro sum_or_zero(amount, condition) -%}
    case
        when count(*) filter (where {{ condition }}) = 0 then 0
        else sum({{ amount }}) filter (where {{ condition }})
    end
{%- endmacro %}
{#-
What each company pays to and takes in from the others over the cash legs `legs`, which
are between members: one row per scenario and company that has one. A position is over
legs with a price, and unknown for a company none of whose legs has one.
-#}
{% macro summed_flows(legs) -%}
    select
        scenario_id,
        company_id,
        {{ sum_or_zero('amount_usd', 'is_outgoing') }} as outgoing_usd,
        {{ sum_or_zero('amount_usd', 'not is_outgoing') }} as incoming_usd,
        {{ sum_or_zero('amount_usd', "not is_outgoing and flow_kind = 'funding'") }}
            as incoming_funding_usd,
        {{ sum_or_zero('amount_usd', "not is_outgoing and flow_kind = 'revenue'") }}
            as incoming_revenue_usd,
        sum(if(is_outgoing, -amount_usd, amount_usd)) as net_position_usd,
        sum(amount_usd) as gross_exposure_usd,
        {{ sum_or_zero(
            'amount_usd * cast(weight_ratio as decimal(6, 4))', 'is_outgoing'
        ) }} as credit_equivalent_usd,
        {{ sum_or_zero('amount_usd', 'is_outgoing and not ' ~ is_paid('status')) }}
            as undrawn_usd,
        count(*) filter (where is_outgoing) as outgoing_leg_count,
        count(amount_usd) filter (where is_outgoing) as outgoing_priced_leg_count,
        count(*) filter (where not is_outgoing) as incoming_leg_count,
        count(amount_usd) filter (where not is_outgoing) as incoming_priced_leg_count,
        {{ united_claim_ids('evidence_claim_ids') }} as evidence_claim_ids,
    from (
        select
            *,
            unnest([from_company_id, to_company_id]) as company_id,
            unnest([true, false]) as is_outgoing,
        from {{ legs }}
    )
    group by scenario_id, company_id
{%- endmacro %}
