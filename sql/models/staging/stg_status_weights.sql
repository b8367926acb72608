with source as (
    select *
    from {{ ref('raw_status_weights') }}
),

renamed as (
    select
        status,
        cast(weight_ratio as double) as weight_ratio,
        description,
    from source
)

select * from renamed
