with source as (
    select *
    from {{ ref('raw_company_aliases') }}
),

renamed as (
    select
        alias,
        company_id,
        alias_type,
        script,
        notes,
    from source
)

select * from renamed
