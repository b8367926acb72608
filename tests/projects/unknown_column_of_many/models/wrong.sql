with wide as (
    select * from {{ ref('wide') }}
),

rates as (
    select 1 as id, 0.5 as rate
)

select
    wide.id,
    wide.zzzz
from wide
inner join rates using (id)
