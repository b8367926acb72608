{#-
If every commitment of a scenario fell due at once: who could pay what, and what its
creditors would go without (Eisenberg and Noe 2001). A stylised bound, not a forecast:
commitments run over years and can be called off. What is paid is not due again; funding
that other members have paid in counts with what a company has. Unpriced legs are owed
by nobody here, so that a recovery is at most what is shown where a company has any.
-#}
with settlements as (
    select * from {{ ref('int_settlements_cleared') }}
),

assets as (
    select * from {{ ref('int_company_assets_summed') }}
),

exposures as (
    select * from {{ ref('company_exposures') }}
),

final as (
    select
        settlements.scenario_id,
        settlements.company_id,
        assets.revenue_usd,
        assets.external_funding_usd,
        assets.paid_member_funding_usd,
        assets.assets_usd,
        {% for column in ['owed_usd', 'paid_usd'] -%}
        cast(settlements.{{ column }} as decimal(20, 2)) as {{ column }},
        {% endfor -%}
        cast(settlements.owed_usd - settlements.paid_usd as decimal(20, 2))
            as shortfall_usd,
        {% for column in ['due_usd', 'received_usd'] -%}
        cast(settlements.{{ column }} as decimal(20, 2)) as {{ column }},
        {% endfor -%}
        cast(settlements.due_usd - settlements.received_usd as decimal(20, 2))
            as unreceived_usd,
        exposures.outgoing_leg_count as leg_count,
        exposures.outgoing_priced_leg_count as priced_leg_count,
        settlements.round_count,
        {{ ratio('settlements.paid_usd', 'settlements.owed_usd') }} as recovery_ratio,
        {{ ratio('settlements.received_usd', 'settlements.due_usd') }}
            as received_ratio,
        assets.assets_usd is null as is_assumed_solvent,
        list_sort(
            list_distinct(
                list_concat(
                    exposures.evidence_claim_ids,
                    case
                        when assets.revenue_claim_id is null then []
                        else [assets.revenue_claim_id]
                    end
                )
            )
        ) as evidence_claim_ids,
    from settlements
    inner join exposures
        on
            settlements.scenario_id = exposures.scenario_id
            and settlements.company_id = exposures.company_id
    left join assets
        on
            settlements.scenario_id = assets.scenario_id
            and settlements.company_id = assets.company_id
)

select * from final
