-- Both ends of an external leg are companies of one of the two lists: a row here is a leg
-- with an end that neither knows, such as one that is misspelt.
with companies as (
    select company_id from {{ ref('raw_companies') }}

    union all

    select company_id from {{ ref('raw_external_companies') }}
),

ends as (
    select
        leg_id,
        unnest([from_company_id, to_company_id]) as company_id,
    from {{ ref('raw_external_deal_legs') }}
)

select
    leg_id,
    company_id,
from ends
where company_id not in (select company_id from companies)
