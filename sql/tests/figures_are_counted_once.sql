-- A plain sum holds at least what must not be added, and the bounds of what may be
-- added stand in order.
with amounts as (
    select
        source_layer,
        max(amount_usd) filter (where measure = 'naive') as naive_usd,
        max(amount_usd) filter (where measure = 'additive_low') as additive_low_usd,
        max(amount_usd) filter (where measure = 'additive_high') as additive_high_usd,
        sum(amount_usd)
            filter (where measure in ('superseded', 'umbrella', 'aggregate'))
            as repeated_usd,
    from {{ ref('double_counting') }}
    group by source_layer
)

select *
from amounts
where repeated_usd > naive_usd or additive_low_usd > additive_high_usd
