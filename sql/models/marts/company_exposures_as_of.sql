{{
    config(
        materialized='table_function',
        parameters=['known_on'],
        contract={'enforced': false},
        persist_docs={'relation': false, 'columns': false},
    )
}}
{#-
What each company owed to and was owed by the others as far as was known on a day, per
scenario: `select * from marts.company_exposures_as_of('2025-09-22')`. The sums and
counts are those of company_exposures, over the versions of legs that were current then.
-#}
with versions as (
    select * from {{ ref('int_deal_leg_versions_priced') }}
    where layer = 'cash' and is_network_leg
),

known as (
    select * from versions
    where
        coalesce(known_from <= cast(known_on as date), true)
        and coalesce(known_to > cast(known_on as date), true)
),

ends as (
    select
        scenario_id,
        from_company_id as company_id,
        'outgoing' as direction,
        flow_kind,
        status not in ('closed', 'disbursed', 'historical') as is_undrawn,
        amount_usd,
        amount_usd * cast(weight_ratio as decimal(6, 4)) as weighted_usd,
        evidence_claim_ids,
    from known

    union all

    select
        scenario_id,
        to_company_id as company_id,
        'incoming' as direction,
        flow_kind,
        false as is_undrawn,
        amount_usd,
        null as weighted_usd,
        evidence_claim_ids,
    from known
),

summed as (
    select
        scenario_id,
        company_id,
        {%- for direction in ['outgoing', 'incoming'] %}
        case
            when count(*) filter (where direction = '{{ direction }}') = 0 then 0
            else sum(amount_usd) filter (where direction = '{{ direction }}')
        end as {{ direction }}_usd,
        count(*) filter (where direction = '{{ direction }}')
            as {{ direction }}_leg_count,
        count(amount_usd) filter (where direction = '{{ direction }}')
            as {{ direction }}_priced_leg_count,
        {%- endfor %}
        {%- for kind in ['funding', 'revenue'] %}
        case
            when count(*) filter (
                where direction = 'incoming' and flow_kind = '{{ kind }}'
            ) = 0 then 0
            else sum(amount_usd) filter (
                where direction = 'incoming' and flow_kind = '{{ kind }}'
            )
        end as incoming_{{ kind }}_usd,
        {%- endfor %}
        case
            when count(*) filter (where direction = 'outgoing') = 0 then 0
            else sum(weighted_usd)
        end as credit_equivalent_usd,
        case
            when count(*) filter (where is_undrawn) = 0 then 0
            else sum(amount_usd) filter (where is_undrawn)
        end as undrawn_usd,
        count(amount_usd) as priced_leg_count,
        {{ united_claim_ids('evidence_claim_ids') }} as evidence_claim_ids,
    from ends
    group by scenario_id, company_id
),

netted as (
    select
        *,
        case
            when priced_leg_count > 0
                then coalesce(incoming_usd, 0) - coalesce(outgoing_usd, 0)
        end as net_position_usd,
        case
            when priced_leg_count > 0
                then coalesce(incoming_usd, 0) + coalesce(outgoing_usd, 0)
        end as gross_exposure_usd,
    from summed
),

final as (
    select
        scenario_id,
        company_id,
        {% for column in [
            'outgoing_usd', 'incoming_usd', 'incoming_funding_usd',
            'incoming_revenue_usd', 'net_position_usd', 'gross_exposure_usd',
            'credit_equivalent_usd', 'undrawn_usd',
        ] -%}
        cast({{ column }} as decimal(20, 2)) as {{ column }},
        {% endfor -%}
        outgoing_leg_count,
        outgoing_priced_leg_count,
        {{ ratio('outgoing_priced_leg_count', 'outgoing_leg_count') }}
            as outgoing_coverage_ratio,
        incoming_leg_count,
        incoming_priced_leg_count,
        {{ ratio('incoming_priced_leg_count', 'incoming_leg_count') }}
            as incoming_coverage_ratio,
        evidence_claim_ids,
    from netted
)

select * from final
