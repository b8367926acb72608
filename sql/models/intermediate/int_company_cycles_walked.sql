{#-
The elementary circuits of up to `longest_cycle` companies (bounded enumeration after
Gupta and Suzumura 2021), each once: the walk starts at the smallest id and visits
greater ones only. Walked over the links of all scenarios at once; which scenario has a
circuit is decided where its links are priced.
-#}
with recursive links as (
    select distinct
        from_company_id,
        to_company_id,
    from {{ ref('int_company_links_joined') }}
),

walks as (
    select
        from_company_id as first_id,
        to_company_id as last_id,
        [from_company_id, to_company_id] as company_ids,
    from links
    where to_company_id > from_company_id

    union all

    select
        walks.first_id,
        links.to_company_id as last_id,
        list_append(walks.company_ids, links.to_company_id) as company_ids,
    from walks
    inner join links on walks.last_id = links.from_company_id
    where
        len(walks.company_ids) < {{ var('longest_cycle') }}
        and links.to_company_id > walks.first_id
        and not list_contains(walks.company_ids, links.to_company_id)
),

closed as (
    select
        array_to_string(walks.company_ids, '-') as cycle_id,
        walks.company_ids,
        len(walks.company_ids) as length,
    from walks
    inner join links
        on
            walks.last_id = links.from_company_id
            and walks.first_id = links.to_company_id
)

select * from closed
