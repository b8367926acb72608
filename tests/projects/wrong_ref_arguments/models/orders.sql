select * from {{ ref('shop', 'staging', 'orders') }}
