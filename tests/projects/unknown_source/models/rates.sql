select * from {{ source('bank', 'rate') }}
