select id from {{ ref('sales_eur') }}
