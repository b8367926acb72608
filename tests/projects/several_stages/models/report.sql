select * from {{ ref('order') }} cross join {{ ref('unfinished') }} cross join {{ source('a', 'b') }}
