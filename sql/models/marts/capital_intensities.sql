{#-
What a gigawatt or a GPU costs by the documents' own figures. A ratio means something
only within one scope: where amount and quantity are of two it is refused, with the
reason, and stays empty. Figures are as printed; `bound` says on which side of the ratio
the truth may lie.
-#}
with scopes as (
    select * from {{ ref('stg_capital_scopes') }}
),

figures as (
    select * from {{ ref('int_claims_headlined') }}
),

joined as (
    select
        scopes.*,
        cast(amounts.value as decimal(20, 2)) as amount_usd,
        amounts.bound as amount_bound,
        cast(quantities.value as double) as quantity,
        quantities.unit as quantity_unit,
        quantities.bound as quantity_bound,
        scopes.amount_scope <> scopes.quantity_scope as is_refused,
    from scopes
    inner join figures as amounts on scopes.amount_claim_id = amounts.claim_id
    inner join figures as quantities on scopes.quantity_claim_id = quantities.claim_id
    where amounts.unit = 'usd'
),

divided as (
    select
        *,
        case
            when not is_refused
                then
                    cast(
                        round(cast(amount_usd as double) / nullif(quantity, 0), 2)
                        as decimal(20, 2)
                    )
        end as usd_per_unit,
        case
            when is_refused then null
            when amount_bound = 'exact' and quantity_bound = 'exact' then 'exact'
            when
                amount_bound in ('exact', 'at_least')
                and quantity_bound in ('exact', 'at_most')
                then 'at_least'
            when
                amount_bound in ('exact', 'at_most')
                and quantity_bound in ('exact', 'at_least')
                then 'at_most'
        end as bound,
    from joined
),

final as (
    select
        scope_id,
        amount_claim_id,
        quantity_claim_id,
        name,
        amount_scope,
        quantity_scope,
        quantity_unit,
        bound,
        description,
        case when is_refused then description end as refusal_reason,
        amount_usd,
        quantity,
        case when quantity_unit = 'gw' then usd_per_unit end as usd_per_gw,
        case when quantity_unit = 'gpu' then usd_per_unit end as usd_per_gpu,
        is_refused,
        list_sort([amount_claim_id, quantity_claim_id]) as evidence_claim_ids,
    from divided
)

select * from final
