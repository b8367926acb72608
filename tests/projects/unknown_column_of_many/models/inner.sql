select
    id,
    (select max(zzzz) from {{ ref('wide') }})
from (select 1 as id, 2 as amount)
