-- Nobody pays itself, and knowledge of a leg begins before it ends.
select *
from {{ ref('stg_deal_legs') }}
where from_company_id = to_company_id or known_to <= known_from
