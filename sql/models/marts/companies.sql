with companies as (
    select * from {{ ref('stg_companies') }}
),

aliases as (
    select * from {{ ref('stg_company_aliases') }}
),

aliases_listed as (
    select
        company_id,
        list_sort(list(alias)) as alias_names,
    from aliases
    group by company_id
),

final as (
    select
        companies.company_id,
        companies.parent_company_id,
        companies.display_name,
        companies.legal_name,
        companies.company_type,
        companies.country_code,
        companies.ticker,
        companies.notes,
        companies.is_network_member,
        coalesce(aliases_listed.alias_names, cast([] as varchar[])) as alias_names,
    from companies
    left join aliases_listed on companies.company_id = aliases_listed.company_id
)

select * from final
