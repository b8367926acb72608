{#-
The figure of a claim as it is printed, and on which side of it the truth may lie: for
checks of the documents' own arithmetic, where a bound would be another number. A range
has no one figure.
-#}
with claims as (
    select * from {{ ref('int_claims_resolved') }}
),

headlined as (
    select
        claim_id,
        metric_code,
        unit,
        qualifier,
        case
            when qualifier in ('exact', 'about') then 'exact'
            when qualifier in ('at_least', 'more_than') then 'at_least'
            when qualifier in ('up_to', 'nearly', 'less_than') then 'at_most'
        end as bound,
        case
            when qualifier in ('exact', 'about') then value_point
            when qualifier in ('at_least', 'more_than') then value_low
            when qualifier in ('up_to', 'nearly', 'less_than') then value_high
        end as value,
        value_low,
        value_high,
        is_accepted,
    from claims
    where qualifier is not null and qualifier <> 'missing'
)

select * from headlined
