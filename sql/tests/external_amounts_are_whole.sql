-- An amount has what its qualifier needs, and nothing else; a missing one is empty and
-- never zero.
with amounts as (
    select
        leg_id as amount_id,
        value,
        value_upper,
        rounding_unit,
        binding_value,
        qualifier,
    from {{ ref('raw_external_deal_legs') }}

    union all

    select
        event_id as amount_id,
        value,
        value_upper,
        rounding_unit,
        null as binding_value,
        qualifier,
    from {{ ref('raw_external_deal_events') }}
)

select *
from amounts
where
    (qualifier = 'missing') <> (value is null)
    or value <= 0
    or (qualifier in ('range', 'several')) <> (value_upper is not null)
    or value_upper <= value
    or (qualifier = 'about') <> (rounding_unit is not null)
    or rounding_unit / 2 >= value
    or (binding_value is not null and qualifier <> 'up_to')
    or binding_value > value
