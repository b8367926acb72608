select * from {{ ref('z') }}
