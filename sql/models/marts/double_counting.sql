{#-
How wrong a plain sum of all deal figures is. It adds superseded versions to current
ones, umbrellas to what they hold, and totals to their parts; what may be added are the
current versions of leaf deals. Deals with a leg between members, umbrellas and totals;
funding from outside is another quantity. The two layers tell of the same deals, so
each is measured on its own. A figure that is open above ("more than") counts with what
is printed; a sum that holds one bounds nothing from above.
-#}
with deals as (
    select * from {{ ref('deals') }}
),

events as (
    select * from {{ ref('deal_events') }}
),

legs as (
    select * from {{ ref('deal_legs') }}
),

network_deals as (
    select distinct deal_id
    from legs
    where is_network_leg
),

figures as (
    select
        deals.deal_id,
        deals.parent_deal_id,
        deals.source_layer,
        deals.additivity,
        events.claim_id,
        coalesce(events.amount_point_usd, events.amount_high_usd, events.amount_low_usd)
            as amount_usd,
        events.amount_low_usd,
        coalesce(events.amount_high_usd, events.amount_low_usd) as amount_high_usd,
        events.amount_high_usd is null as is_open,
        events.known_to is null as is_current,
    from deals
    inner join events on deals.deal_id = events.deal_id
    where
        deals.additivity <> 'leaf'
        or deals.deal_id in (select deal_id from network_deals)
),

-- A figure that a later event of the deal repeats is one figure.
priced as (
    select * from figures
    where amount_usd is not null
    qualify
        row_number() over (
            partition by deal_id, amount_usd
            order by is_current desc, claim_id asc
        ) = 1
),

leaves as (
    select * from priced
    where additivity = 'leaf' and is_current
),

parts as (
    select
        parent_deal_id as deal_id,
        sum(amount_high_usd) as amount_usd,
        list(claim_id) as claim_ids,
    from leaves
    where parent_deal_id is not null
    group by parent_deal_id
),

umbrella_residuals as (
    select
        umbrellas.source_layer,
        umbrellas.amount_usd - parts.amount_usd as amount_usd,
        list_append(parts.claim_ids, umbrellas.claim_id) as claim_ids,
    from priced as umbrellas
    inner join parts on umbrellas.deal_id = parts.deal_id
    where umbrellas.additivity = 'umbrella' and umbrellas.is_current
),

totals as (
    select
        source_layer,
        sum(amount_usd) as naive_usd,
        sum(amount_usd) filter (where additivity = 'leaf' and not is_current)
            as superseded_usd,
        sum(amount_usd) filter (where additivity = 'umbrella') as umbrella_usd,
        sum(amount_usd) filter (where additivity = 'aggregate') as aggregate_usd,
        max(amount_low_usd) filter (where additivity = 'aggregate' and is_current)
            as greatest_aggregate_usd,
        list(claim_id) as naive_claim_ids,
        list(claim_id) filter (where additivity = 'leaf' and not is_current)
            as superseded_claim_ids,
        list(claim_id) filter (where additivity = 'umbrella') as umbrella_claim_ids,
        list(claim_id) filter (where additivity = 'aggregate') as aggregate_claim_ids,
    from priced
    group by source_layer
),

leaf_totals as (
    select
        source_layer,
        sum(amount_low_usd) as additive_low_usd,
        sum(amount_high_usd) as additive_high_usd,
        bool_or(is_open) as is_open,
        list(claim_id) as leaf_claim_ids,
    from leaves
    group by source_layer
),

residual_totals as (
    select
        source_layer,
        sum(amount_usd) as umbrella_residual_usd,
        flatten(list(claim_ids)) as residual_claim_ids,
    from umbrella_residuals
    group by source_layer
),

united as (
    select
        totals.*,
        leaf_totals.* exclude (source_layer),
        residual_totals.* exclude (source_layer),
        leaf_totals.additive_high_usd
        + coalesce(residual_totals.umbrella_residual_usd, 0) as distinct_high_usd,
        case
            when totals.greatest_aggregate_usd >= leaf_totals.additive_high_usd
                then totals.greatest_aggregate_usd - leaf_totals.additive_high_usd
        end as aggregate_residual_usd,
        list_concat(
            leaf_totals.leaf_claim_ids, coalesce(totals.aggregate_claim_ids, [])
        )
            as aggregate_residual_claim_ids,
        list_concat(
            leaf_totals.leaf_claim_ids, coalesce(residual_totals.residual_claim_ids, [])
        ) as distinct_claim_ids,
    from totals
    left join leaf_totals on totals.source_layer = leaf_totals.source_layer
    left join residual_totals on totals.source_layer = residual_totals.source_layer
),

{%- set measures = [
    ('naive', 'naive_usd', 'additive_high_usd', 'naive_claim_ids', 1),
    ('superseded', 'superseded_usd', 'naive_usd', 'superseded_claim_ids', 2),
    ('umbrella', 'umbrella_usd', 'naive_usd', 'umbrella_claim_ids', 3),
    ('aggregate', 'aggregate_usd', 'naive_usd', 'aggregate_claim_ids', 4),
    ('additive_low', 'additive_low_usd', 'naive_usd', 'leaf_claim_ids', 5),
    ('additive_high', 'additive_high_usd', 'naive_usd', 'leaf_claim_ids', 6),
    (
        'umbrella_residual', 'umbrella_residual_usd', 'umbrella_usd',
        'residual_claim_ids', 7,
    ),
    ('distinct_high', 'distinct_high_usd', 'naive_usd', 'distinct_claim_ids', 8),
    (
        'aggregate_residual', 'aggregate_residual_usd', 'greatest_aggregate_usd',
        'aggregate_residual_claim_ids', 9,
    ),
] %}

measured as (
    {%- for measure, amount, base, claim_ids, sort_order in measures %}
    select
        source_layer,
        '{{ measure }}' as measure,
        is_open,
        '{{ base | replace('_usd', '') | replace('greatest_', '') }}' as base,
        {{ sort_order }} as sort_order,
        cast({{ amount }} as decimal(20, 2)) as amount_usd,
        {{ ratio(amount, base) }} as base_ratio,
        list_sort(list_distinct(coalesce({{ claim_ids }}, []))) as evidence_claim_ids,
    from united
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (
    select
        source_layer,
        measure,
        base as base_measure,
        case
            when measure in ('aggregate', 'additive_low') then 'at_least'
            when measure = 'aggregate_residual' and not is_open then 'at_least'
            when measure in ('umbrella', 'umbrella_residual') then 'at_most'
            when measure in ('additive_high', 'distinct_high') and not is_open
                then 'at_most'
            else 'as_printed'
        end as bound,
        sort_order,
        amount_usd,
        base_ratio,
        evidence_claim_ids,
    from measured
)

select * from final
