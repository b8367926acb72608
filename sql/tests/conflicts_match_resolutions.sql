-- Conflicts and the resolutions of claims tell one story: each claim of a conflict
-- names it among its reasons, each conflict that a reason names is known, and a chosen
-- claim is one of the conflict's, accepted, and decided by the same rule.
with conflicts as (
    select * from {{ ref('stg_claim_conflicts') }}
),

resolutions as (
    select
        *,
        regexp_extract_all(split_part(reason, ':', 1), 'C[0-9]{2}|E_[DO][0-9]{3}')
            as conflict_ids,
    from {{ ref('stg_claim_resolutions') }}
),

members as (
    select
        conflict_id,
        claim_id_a as claim_id,
    from conflicts

    union all

    select
        conflict_id,
        claim_id_b as claim_id,
    from conflicts
    where claim_id_b is not null
),

unexplained as (
    select
        members.conflict_id,
        members.claim_id,
        'the resolution of the claim does not name the conflict' as problem,
    from members
    left join resolutions on members.claim_id = resolutions.claim_id
    where
        not coalesce(
            list_contains(resolutions.conflict_ids, members.conflict_id), false
        )
),

named as (
    select
        claim_id,
        unnest(conflict_ids) as conflict_id,
    from resolutions
),

unknown as (
    select
        named.conflict_id,
        named.claim_id,
        'a resolution names an unknown conflict' as problem,
    from named
    left join conflicts on named.conflict_id = conflicts.conflict_id
    where conflicts.conflict_id is null
),

chosen as (
    select
        conflicts.conflict_id,
        conflicts.chosen_claim_id as claim_id,
        'the chosen claim is none of the two, is not accepted, or by another rule'
            as problem,
    from conflicts
    left join members
        on
            conflicts.conflict_id = members.conflict_id
            and conflicts.chosen_claim_id = members.claim_id
    left join resolutions on conflicts.chosen_claim_id = resolutions.claim_id
    where
        conflicts.chosen_claim_id is not null
        and not coalesce(
            members.claim_id is not null
            and resolutions.is_accepted
            and resolutions.resolution_rule_id = conflicts.resolution_rule_id,
            false
        )
)

select * from unexplained
union all
select * from unknown
union all
select * from chosen
