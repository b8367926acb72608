{#-
Where claims disagree, with each other, with arithmetic or with what is known elsewhere,
and which of them the warehouse uses. What can be recomputed within the documents is:
the first check of a conflict in columns of its own, all of them as text.
-#}
with conflicts as (
    select * from {{ ref('stg_claim_conflicts') }}
),

checks as (
    select * from {{ ref('int_claim_conflicts_computed') }}
),

claims as (
    select * from {{ ref('int_claims_resolved') }}
),

checks_printed as (
    select
        *,
        {{ plain_number('computed_value') }} as computed_text,
        {{ plain_number('stated_value') }} as stated_text,
    from checks
),

checks_listed as (
    select
        conflict_id,
        min(check_number) as first_check_number,
        string_agg(
            check_name || ': ' || computed_expression || ' = ' || computed_text
            || case
                when stated_expression is null then ''
                else ', against ' || stated_text
            end,
            '; '
            order by check_number
        ) as arithmetic,
        bool_and(is_consistent) as is_consistent,
        flatten(list(claim_ids)) as claim_ids,
    from checks_printed
    group by conflict_id
),

joined as (
    select
        conflicts.*,
        checks_listed.arithmetic,
        first_checks.computed_value,
        first_checks.stated_value,
        first_checks.stated_to_computed_ratio,
        checks_listed.is_consistent,
        list_sort(
            list_distinct(
                list_concat(
                    [conflicts.claim_id_a, conflicts.claim_id_b],
                    coalesce(checks_listed.claim_ids, [])
                )
            )
        ) as claim_ids,
    from conflicts
    left join checks_listed on conflicts.conflict_id = checks_listed.conflict_id
    left join checks as first_checks
        on checks_listed.first_check_number = first_checks.check_number
),

rejections as (
    select
        joined.conflict_id,
        list_sort(list(claims.claim_id)) as rejected_claim_ids,
    from joined
    inner join claims
        on
            joined.claim_id_a = claims.claim_id
            or joined.claim_id_b = claims.claim_id
    where not claims.is_accepted
    group by joined.conflict_id
),

final as (
    select
        joined.conflict_id,
        joined.claim_id_a,
        joined.claim_id_b,
        joined.chosen_claim_id,
        joined.resolution_rule_id,
        joined.source_layer,
        joined.conflict_kind,
        joined.description,
        joined.arithmetic,
        joined.computed_value,
        joined.stated_value,
        joined.stated_to_computed_ratio,
        joined.is_consistent,
        joined.resolution_rule_id <> 'R7' as is_resolved,
        coalesce(rejections.rejected_claim_ids, cast([] as varchar[]))
            as rejected_claim_ids,
        joined.claim_ids,
    from joined
    left join rejections on joined.conflict_id = rejections.conflict_id
)

select * from final
