{# Snapshots: when a row counts as changed, and what a change writes. #}

{% macro snapshot_string_as_time(timestamp) -%}
    {{ return(adapter.dispatch('snapshot_string_as_time', 'dbt')(timestamp)) }}
{%- endmacro %}

{% macro duckdb__snapshot_string_as_time(timestamp) -%}
    {{ return("'" ~ timestamp ~ "'::timestamp") }}
{%- endmacro %}

{% macro snapshot_hash_arguments(args) -%}
    {{ return(adapter.dispatch('snapshot_hash_arguments', 'dbt')(args) | trim) }}
{%- endmacro %}

{% macro default__snapshot_hash_arguments(args) -%}
    {%- set texts = [] -%}
    {%- for argument in args -%}
        {%- do texts.append("coalesce(cast(" ~ argument ~ " as varchar), '')") -%}
    {%- endfor -%}
    md5({{ texts | join(" || '|' || ") }})
{%- endmacro %}

{% macro get_snapshot_table_column_names() -%}
    {%- set columns = {} -%}
    {%- set named = config.get('snapshot_meta_column_names') or {} -%}
    {%- for column in ('valid_to', 'valid_from', 'scd_id', 'updated_at', 'is_deleted') -%}
        {%- set name = 'dbt_' ~ column -%}
        {%- do columns.update({name: named.get(name) or name}) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}

{% macro get_true_sql() -%}
    {{ return(adapter.dispatch('get_true_sql', 'dbt')()) }}
{%- endmacro %}

{% macro default__get_true_sql() -%}
    {{ return('true') }}
{%- endmacro %}

{# A strategy: how rows are told apart, and what makes one a new version. #}

{% macro snapshot_timestamp_strategy(
    node, snapshotted_rel, current_rel, model_config, target_exists
) -%}
    {%- set columns = get_snapshot_table_column_names() -%}
    {%- set updated_at = config.get('updated_at') -%}
    {%- set seen = snapshotted_rel ~ '.' ~ columns.dbt_valid_from -%}
    {{ return(snapshot_strategy(
        updated_at, '(' ~ seen ~ ' < ' ~ current_rel ~ '.' ~ updated_at ~ ')'
    )) }}
{%- endmacro %}

{% macro snapshot_check_strategy(
    node, snapshotted_rel, current_rel, model_config, target_exists
) -%}
    {%- set is_wider, checked = snapshot_check_all_get_existing_columns(
        node, target_exists, config.get('check_cols')
    ) -%}
    {%- set differences = [] -%}
    {%- for column in checked -%}
        {%- do differences.append(
            snapshotted_rel ~ '.' ~ column ~ ' is distinct from ' ~ current_rel ~ '.' ~ column
        ) -%}
    {%- endfor -%}
    {%- set changed = get_true_sql() if is_wider else differences | join(' or ') -%}
    {{ return(snapshot_strategy(
        config.get('updated_at') or snapshot_get_time(), '(' ~ changed ~ ')'
    )) }}
{%- endmacro %}

{% macro snapshot_strategy(updated_at, row_changed) -%}
    {%- set key = config.get('unique_key') -%}
    {%- set hard_deletes = adapter.get_hard_deletes_behavior(config) -%}
    {{ return({
        'unique_key': key,
        'updated_at': updated_at,
        'row_changed': row_changed,
        'scd_id': snapshot_hash_arguments(api.Relation.scd_args(key, updated_at)),
        'invalidate_hard_deletes': hard_deletes == 'invalidate',
        'hard_deletes': hard_deletes,
    }) }}
{%- endmacro %}

{# Whether the query has columns that the table lacks, and the checked ones it has. #}
{% macro snapshot_check_all_get_existing_columns(node, target_exists, check_cols_config) -%}
    {%- if not target_exists -%}
        {{ return((false, [])) }}
    {%- endif -%}
    {%- set query = node['compiled_code'] -%}
    {%- if check_cols_config != 'all' -%}
        {%- set query -%}
            select {{ check_cols_config | join(', ') }} from (
                {{ node['compiled_code'] }}
            ) as checked
        {%- endset -%}
    {%- endif -%}
    {%- set known = adapter.get_columns_in_relation(this) | map(attribute='name') | list -%}
    {%- set checked = get_columns_in_query(query) -%}
    {%- set shared = checked | select('in', known) | list -%}
    {%- set quoted = [] -%}
    {%- for column in shared -%}
        {%- do quoted.append(adapter.quote(column)) -%}
    {%- endfor -%}
    {{ return((shared | length < checked | length, quoted)) }}
{%- endmacro %}

{# The keys under names of their own, to join by. #}

{% macro snapshot_keys(unique_key) -%}
    {{ return([unique_key] if unique_key is string else unique_key) }}
{%- endmacro %}

{% macro unique_key_fields(unique_key) -%}
    {%- for key in snapshot_keys(unique_key) -%}
        {{ key }} as dbt_unique_key_{{ loop.index }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{% macro unique_key_join_on(unique_key, identifier, from_identifier) -%}
    {%- for _ in snapshot_keys(unique_key) -%}
        {%- set name = 'dbt_unique_key_' ~ loop.index -%}
        {{ identifier }}.{{ name }} = {{ from_identifier }}.{{ name }}
        {{- ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{# Which of the table's rows are the latest versions. #}
{% macro snapshot_is_current(column) -%}
    {%- set current = config.get('dbt_valid_to_current') -%}
    {%- if current -%}
        ({{ column }} = {{ current | trim }} or {{ column }} is null)
    {%- else -%}
        {{ column }} is null
    {%- endif -%}
{%- endmacro %}

{# What a new version carries beside its row. #}
{% macro snapshot_meta(strategy, columns) -%}
    {{ strategy.updated_at }} as {{ columns.dbt_updated_at }},
    {{ strategy.updated_at }} as {{ columns.dbt_valid_from }},
    coalesce(
        nullif({{ strategy.updated_at }}, {{ strategy.updated_at }}),
        {{ config.get('dbt_valid_to_current') or 'null' }}
    ) as {{ columns.dbt_valid_to }}
{%- endmacro %}

{# The first version of every row. #}
{% macro build_snapshot_table(strategy, sql) -%}
    {{ return(adapter.dispatch('build_snapshot_table', 'dbt')(strategy, sql)) }}
{%- endmacro %}

{% macro default__build_snapshot_table(strategy, sql) -%}
    {%- set columns = get_snapshot_table_column_names() -%}
    select
        *,
        {{ strategy.scd_id }} as {{ columns.dbt_scd_id }},
        {{ snapshot_meta(strategy, columns) }}
        {%- if strategy.hard_deletes == 'new_record' %},
        'False' as {{ columns.dbt_is_deleted }}
        {%- endif %}
    from (
        {{ sql }}
    ) as snapshot_query
{%- endmacro %}

{# What is to be done: rows to insert, and versions that end (by their ids). #}
{% macro snapshot_staging_table(strategy, source_sql, target_relation) -%}
    {{ return(adapter.dispatch('snapshot_staging_table', 'dbt')(
        strategy, source_sql, target_relation
    )) }}
{%- endmacro %}

{% macro default__snapshot_staging_table(strategy, source_sql, target_relation) -%}
    {%- set columns = get_snapshot_table_column_names() -%}
    {%- set keeps_deleted = strategy.hard_deletes == 'new_record' -%}
    {%- set same_key = unique_key_join_on(
        strategy.unique_key, 'snapshotted_data', 'source_data'
    ) -%}
    {%- set was_deleted = 'snapshotted_data.' ~ columns.dbt_is_deleted ~ " = 'True'" -%}
    {%- set changed = strategy.row_changed -%}
    {%- if keeps_deleted -%}
        {%- set changed = changed ~ ' or ' ~ was_deleted -%}
    {%- endif -%}
    with snapshot_query as (
        {{ source_sql }}
    ),

    snapshotted_data as (
        select *, {{ unique_key_fields(strategy.unique_key) }}
        from {{ target_relation }}
        where {{ snapshot_is_current(columns.dbt_valid_to) }}
    ),

    source_data as (
        select
            *,
            {{ unique_key_fields(strategy.unique_key) }},
            {{ snapshot_meta(strategy, columns) }},
            {{ strategy.scd_id }} as {{ columns.dbt_scd_id }}
        from snapshot_query
    ),

    insertions as (
        select
            'insert' as dbt_change_type,
            source_data.*
            {%- if keeps_deleted %},
            'False' as {{ columns.dbt_is_deleted }}
            {%- endif %}
        from source_data
        left join snapshotted_data on {{ same_key }}
        where
            snapshotted_data.dbt_unique_key_1 is null
            or {{ changed }}
    ),

    updates as (
        select
            'update' as dbt_change_type,
            snapshotted_data.{{ columns.dbt_scd_id }},
            source_data.{{ columns.dbt_updated_at }} as {{ columns.dbt_valid_to }}
        from source_data
        inner join snapshotted_data on {{ same_key }}
        where {{ changed }}
    )

    {%- if strategy.hard_deletes in ('invalidate', 'new_record') %},

    gone as (
        select snapshotted_data.*
        from snapshotted_data
        left join source_data on {{ same_key }}
        where
            source_data.dbt_unique_key_1 is null
            {%- if keeps_deleted %}
            and not {{ was_deleted }}
            {%- endif %}
    )
    {%- endif %}

    select * from insertions
    union all by name
    select * from updates

    {%- if strategy.hard_deletes in ('invalidate', 'new_record') %}
    union all by name
    select
        'delete' as dbt_change_type,
        {{ columns.dbt_scd_id }},
        {{ snapshot_get_time() }} as {{ columns.dbt_valid_to }}
    from gone
    {%- endif %}

    {%- if keeps_deleted %}
    union all by name
    select
        'insert' as dbt_change_type,
        {%- set known = get_columns_in_relation(target_relation) | map(attribute='name') | list %}
        {%- for column in get_columns_in_query(source_sql) if column in known %}
        {{ adapter.quote(column) }},
        {%- endfor %}
        {{ snapshot_get_time() }} as {{ columns.dbt_updated_at }},
        {{ snapshot_get_time() }} as {{ columns.dbt_valid_from }},
        {{ columns.dbt_valid_to }},
        {{ snapshot_hash_arguments([columns.dbt_scd_id, snapshot_get_time()]) }}
            as {{ columns.dbt_scd_id }},
        'True' as {{ columns.dbt_is_deleted }}
    from gone
    {%- endif %}
{%- endmacro %}

{# Do it: end the old versions, then add the new ones. #}
{% macro snapshot_merge_sql(target, source, insert_cols) -%}
    {{ return(adapter.dispatch('snapshot_merge_sql', 'dbt')(target, source, insert_cols)) }}
{%- endmacro %}

{% macro duckdb__snapshot_merge_sql(target, source, insert_cols) -%}
    {%- set columns = get_snapshot_table_column_names() -%}
    update {{ target }} as snapshotted
    set {{ columns.dbt_valid_to }} = changes.{{ columns.dbt_valid_to }}
    from {{ source }} as changes
    where
        changes.{{ columns.dbt_scd_id }} = snapshotted.{{ columns.dbt_scd_id }}
        and changes.dbt_change_type in ('update', 'delete')
        and {{ snapshot_is_current('snapshotted.' ~ columns.dbt_valid_to) }};

    insert into {{ target }} ({{ insert_cols | join(', ') }})
    select {{ insert_cols | join(', ') }}
    from {{ source }}
    where dbt_change_type = 'insert'
{%- endmacro %}

{% macro get_columns_in_query(select_sql) -%}
    {{ return(adapter.get_column_schema_from_query(select_sql) | map(attribute='name') | list) }}
{%- endmacro %}

{% macro get_column_schema_from_query(select_sql, select_sql_header=none) -%}
    {{ return(adapter.get_column_schema_from_query(select_sql)) }}
{%- endmacro %}
