select id, amount, name from {{ ref('joined') }}
