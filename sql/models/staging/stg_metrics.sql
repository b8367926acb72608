with source as (
    select *
    from {{ ref('raw_metrics') }}
),

renamed as (
    select
        metric_code,
        name,
        dimension,
        unit,
        is_flow,
        is_additive,
        description,
    from source
)

select * from renamed
