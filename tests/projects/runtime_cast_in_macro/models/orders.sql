{{ config(materialized='table') }}

select
    {% for column in ['amount', 'discount'] %}
    {{ to_number(column) | trim }} as {{ column }}{{ ',' if not loop.last }}
    {% endfor %}
from (select '1' as amount, 'n/a' as discount)
