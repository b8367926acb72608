select * from {{ ref('sales') }} where amount < 0
