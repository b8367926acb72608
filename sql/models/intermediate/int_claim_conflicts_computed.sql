{#-
The arithmetic of the conflicts, from the claims' figures as printed: a claim's id is
its figure, with _low or _high an end of its range. The first expression is computed;
the second, where there is one, is what it ought to equal. Mend a claim and the
disagreement is gone; delete it and the result is unknown.
-#}
{%- set checks = [
    ('C01', 'users', 'B15', 'B45'),
    ('C02', 'tokens in a week of 10,080 minutes', 'B46 * 60 * 24 * 7', 'B47'),
    ('C03', 'twice the loss of the half year', '2 * B18', 'B19'),
    ('C03', 'loss left for the second half', 'B19 - B18', none),
    ('C04', 'spending per dollar of revenue', '(B16 + B19) / B16', 'B20'),
    ('C04', 'loss per dollar of revenue', 'B19 / B16', none),
    ('C04', 'cash per dollar of revenue', 'B22 / B16', none),
    ('C07', 'factor of the increase, against doubled', 'A08 / A07', '2'),
    ('C07', 'increase', 'A08 - A07', none),
    ('C10', 'what the agreement leaves of the initiative', 'B65 - A06', none),
    ('C11', 'amount', 'A04', 'B30'),
    ('C13', 'gigawatts left for Broadcom', 'B08 - B28 - B38', none),
    ('C15', 'market value before the rise', 'B03 / (1 + B02)', none),
    ('C15', 'gain in market value', 'B03 - B03 / (1 + B02)', none),
    ('C21', 'saving on the purchase', 'B54 * (B51 - B52)', 'B55'),
    ('C21', 'revenue implied', 'B55 / B56', none),
    ('C22', 'GPUs at the price of one', 'B49 * B51', 'B50'),
    ('C23', 'watts per GPU', 'B08 * 1000000000 / B49', none),
    ('C24', 'GPUs of the deal and of a year, at least', 'B29_low', 'B48_low'),
    ('C24', 'years of output for the need, at least', 'B49 / B48_high', none),
    ('C25', 'gap of the prices', '1 - B52 / B51', 'B53'),
    ('C26', 'compute spending implied', 'B57 * B55 / B56', none),
    ('C26', 'part of Nvidia implied', 'B58 * B57 * B55 / B56', none),
    ('C26', 'concentration of the spending, least', 'B58 * B58', none),
    (
        'C26', 'concentration of the spending, most',
        'B58 * B58 + (1 - B58) * (1 - B58)', none,
    ),
    ('C28', 'months by which the ranges overlap', 'A30_high - B59_low', none),
    ('C29', 'revenue required', 'A17', 'B73'),
    ('C29', 'revenue without the gap', 'A17 - A19', none),
    ('C29', 'building to revenue', 'A16 / A17', none),
    ('C31', 'change of the forecast', 'A28 / A27 - 1', none),
    ('C36', 'total less priced deals', 'B24 - A06 - A08 - B30', none),
    ('C36', 'part not explained', '(B24 - A06 - A08 - B30) / B24', none),
    ('C37', 'cash to be burned to the total signed', 'B23 / B24', none),
    ('C39', 'shares implied', 'B36 / B37', none),
    ('C41', 'equity per gigawatt', 'B30 / B28', none),
    ('C42', 'gigawatts per reactor', 'B08 / B09', '1'),
    ('C43', 'peak of the city implied, gigawatts', 'B08 / B10', none),
    ('C46', 'market value per expected dollar, least', 'B06 / B42_high', none),
    ('C46', 'market value per expected dollar, most', 'B06 / B42_low', none),
    ('C48', 'revenue without the gap', 'A17 - A19', none),
] %}
{%- set pattern = '([AB][0-9]{2}(?:_low|_high)?)' -%}
with claims as (
    select * from {{ ref('int_claims_headlined') }}
),

conflicts as (
    select * from {{ ref('stg_claim_conflicts') }}
),

figures_named as (
    select
        claim_id as name,
        cast(value as double) as value,
    from claims
    where value is not null

    union all

    select
        claim_id || '_low' as name,
        cast(value_low as double) as value,
    from claims
    where value_low is not null

    union all

    select
        claim_id || '_high' as name,
        cast(value_high as double) as value,
    from claims
    where value_high is not null
),

figures_mapped as (
    select map_from_entries(list((name, value) order by name)) as figures,
    from figures_named
),

-- Beyond the documents a conflict is of two figures for one thing: they are compared.
compared as (
    select
        conflicts.conflict_id,
        cast(1000 + row_number() over (order by conflicts.conflict_id) as integer)
            as check_number,
        'the two figures' as check_name,
        conflicts.claim_id_a as computed_expression,
        conflicts.claim_id_b as stated_expression,
        cast(claims_a.value as double) as computed_value,
        cast(claims_b.value as double) as stated_value,
        [conflicts.claim_id_a, conflicts.claim_id_b] as claim_ids,
    from conflicts
    inner join claims as claims_a on conflicts.claim_id_a = claims_a.claim_id
    inner join claims as claims_b on conflicts.claim_id_b = claims_b.claim_id
    where
        conflicts.source_layer = 'external'
        and claims_a.unit = claims_b.unit
        and claims_a.value is not null
        and claims_b.value is not null
),

computed as (
    {%- for conflict_id, check_name, computed, stated in checks %}
    {%- set names = modules.re.findall(pattern, computed ~ ' ' ~ (stated or '')) %}
    select
        '{{ conflict_id }}' as conflict_id,
        {{ loop.index }} as check_number,
        '{{ check_name }}' as check_name,
        '{{ computed }}' as computed_expression,
        {{ "'" ~ stated ~ "'" if stated else 'cast(null as varchar)' }}
            as stated_expression,
        {{ modules.re.sub(pattern, "figures['\\1']", computed) }} as computed_value,
        {{
            modules.re.sub(pattern, "figures['\\1']", stated)
            if stated else 'cast(null as double)'
        }} as stated_value,
        [
            {%- for name in names %}
            '{{ name[:3] }}'{{ ',' if not loop.last }}
            {%- endfor %}
        ] as claim_ids,
    from figures_mapped

    union all
    {%- endfor %}

    select * from compared
),

final as (
    select
        conflict_id,
        check_number,
        check_name,
        computed_expression,
        stated_expression,
        case
            when abs(computed_value) >= 1000 then round(computed_value)
            else round(computed_value, 12)
        end as computed_value,
        case
            when abs(stated_value) >= 1000 then round(stated_value)
            else round(stated_value, 12)
        end as stated_value,
        {{ ratio('stated_value', 'computed_value') }} as stated_to_computed_ratio,
        abs(stated_value - computed_value) <= 0.01 * abs(computed_value)
            as is_consistent,
        list_sort(list_distinct(claim_ids)) as claim_ids,
    from computed
)

select * from final
