select
    {{ cents('amount', digit=3) }} as amount
from (select 1 as amount)
