with source as (
    select *
    from {{ ref('raw_capital_scopes') }}
),

renamed as (
    select
        scope_id,
        name,
        amount_claim_id,
        quantity_claim_id,
        amount_scope,
        quantity_scope,
        description,
    from source
)

select * from renamed
