{{ config(
    materialized='table'
) }}

with numbers as (
    {% for n in range(3) %}
    select {{ n }} as number
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    number,
    nubmer + 1 as next_number
from numbers
