with versions as (
    select * from {{ ref('int_deal_leg_versions_priced') }}
),

current_versions as (
    select * from versions
    where known_to is null
)

select * from current_versions
