select code, rate from {{ source('bank', 'rates') }}
