select *
from {{ ref('dim') }}
cross join {{ ref('dim', v=1) }}
cross join {{ source('bank', 'rates') }}
cross join {{ ref('nothing') }}
