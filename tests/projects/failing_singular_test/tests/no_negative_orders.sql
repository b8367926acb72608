-- An order is never paid back.
select *
from {{ ref('orders') }}
where amount < 0
