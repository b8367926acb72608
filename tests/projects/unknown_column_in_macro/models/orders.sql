select
    id,
    {{ cents('amuont') }} as amount
from (select 1 as id, 250 as amount)
