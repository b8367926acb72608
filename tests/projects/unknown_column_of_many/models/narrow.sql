with wide as (
    select * from {{ ref('wide') }}
),

rates as (
    select 1 as id, 0.5 as rate, null as note, 3 as kind, 4 as unit, 5 as origin
)

select
    wide.id,
    rates.zzzz
from wide
inner join rates on rates.id = wide.id
