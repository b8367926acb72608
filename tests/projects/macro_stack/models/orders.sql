select 1 as id

{{ outer(2) }}
