select 1 as id,
    {{ source('bank', 'rates') }}
