select *
from {{ orders() }}
