select *
from {{ ref('stg_ordres') }}
left join {{ ref('customers') }} using (id)
