{# How the new rows of an incremental model come into its table: a strategy is a macro
   `get_incremental_<name>_sql`, which a project may add or replace. #}

{% macro get_incremental_default_sql(arg_dict) -%}
    {{ return(adapter.dispatch('get_incremental_default_sql', 'dbt')(arg_dict)) }}
{%- endmacro %}

{% macro duckdb__get_incremental_default_sql(arg_dict) -%}
    {{ return(get_incremental_delete_insert_sql(arg_dict)) }}
{%- endmacro %}

{% macro get_incremental_append_sql(arg_dict) -%}
    {{ return(adapter.dispatch('get_incremental_append_sql', 'dbt')(arg_dict)) }}
{%- endmacro %}

{% macro default__get_incremental_append_sql(arg_dict) -%}
    {{ return(get_insert_into_sql(
        arg_dict['target_relation'], arg_dict['temp_relation'], arg_dict['dest_columns']
    )) }}
{%- endmacro %}

{% macro get_insert_into_sql(target_relation, temp_relation, dest_columns) -%}
    {%- set names = get_quoted_csv(dest_columns | map(attribute='name')) -%}
    insert into {{ target_relation }} ({{ names }})
    select {{ names }} from {{ temp_relation }}
{%- endmacro %}

{# delete+insert: what has the key of a new row goes before the new rows come. #}

{% macro get_incremental_delete_insert_sql(arg_dict) -%}
    {{ return(adapter.dispatch('get_incremental_delete_insert_sql', 'dbt')(arg_dict)) }}
{%- endmacro %}

{% macro default__get_incremental_delete_insert_sql(arg_dict) -%}
    {{ return(get_delete_insert_merge_sql(
        arg_dict['target_relation'], arg_dict['temp_relation'], arg_dict['unique_key'],
        arg_dict['dest_columns'], arg_dict['incremental_predicates']
    )) }}
{%- endmacro %}

{% macro get_delete_insert_merge_sql(
    target, source, unique_key, dest_columns, incremental_predicates
) -%}
    {{ return(adapter.dispatch('get_delete_insert_merge_sql', 'dbt')(
        target, source, unique_key, dest_columns, incremental_predicates
    )) }}
{%- endmacro %}

{% macro duckdb__get_delete_insert_merge_sql(
    target, source, unique_key, dest_columns, incremental_predicates
) -%}
    {%- set predicates = incremental_predicates or [] -%}
    {%- if unique_key and unique_key is not string -%}
        {%- set conditions = [] -%}
        {%- for key in unique_key -%}
            {%- do conditions.append(source ~ '.' ~ key ~ ' = DBT_INCREMENTAL_TARGET.' ~ key) -%}
        {%- endfor -%}
        delete from {{ target }} as DBT_INCREMENTAL_TARGET using {{ source }}
        where {{ (conditions + predicates) | join(' and ') }};
    {%- elif unique_key -%}
        delete from {{ target }}
        where {{ ([
            '(' ~ unique_key ~ ') in (select (' ~ unique_key ~ ') from ' ~ source ~ ')'
        ] + predicates) | join(' and ') }};
    {%- endif %}
    {{ get_insert_into_sql(target, source, dest_columns) }}
{%- endmacro %}

{# microbatch: the rows of one span of time are replaced. #}

{% macro get_incremental_microbatch_sql(arg_dict) -%}
    {{ return(adapter.dispatch('get_incremental_microbatch_sql', 'dbt')(arg_dict)) }}
{%- endmacro %}

{% macro duckdb__get_incremental_microbatch_sql(arg_dict) -%}
    {%- set column = config.get('event_time') -%}
    {%- set span = column ~ " >= '" ~ model.batch.event_time_start ~ "' and "
        ~ column ~ " < '" ~ model.batch.event_time_end ~ "'" -%}
    {%- set names = get_quoted_csv(arg_dict['dest_columns'] | map(attribute='name')) -%}
    delete from {{ arg_dict['target_relation'] }} where {{ span }}
    {%- for predicate in arg_dict['incremental_predicates'] or [] %} and ({{ predicate }}){% endfor %};
    insert into {{ arg_dict['target_relation'] }} ({{ names }})
    select {{ names }} from {{ arg_dict['temp_relation'] }} where {{ span }}
{%- endmacro %}

{# merge: DuckDB's own MERGE INTO, clause by clause. #}

{% macro get_incremental_merge_sql(arg_dict) -%}
    {{ return(adapter.dispatch('get_incremental_merge_sql', 'dbt')(arg_dict)) }}
{%- endmacro %}

{% macro default__get_incremental_merge_sql(arg_dict) -%}
    {{ return(get_merge_sql(
        arg_dict['target_relation'], arg_dict['temp_relation'], arg_dict['unique_key'],
        arg_dict['dest_columns'], arg_dict['incremental_predicates']
    )) }}
{%- endmacro %}

{% macro get_merge_sql(
    target, source, unique_key, dest_columns, incremental_predicates=none
) -%}
    {{ return(adapter.dispatch('get_merge_sql', 'dbt')(
        target, source, unique_key, dest_columns, incremental_predicates
    )) }}
{%- endmacro %}

{% macro duckdb__get_merge_sql(
    target, source, unique_key, dest_columns, incremental_predicates=none
) -%}
    {%- set clauses = config.get('merge_clauses') or {} -%}
    {%- set update = config.get('merge_update_columns')
        or config.get('merge_exclude_columns')
        or config.get('merge_update_set_expressions') -%}
    {%- set matched = clauses.get('when_matched', [{
        'action': 'update',
        'condition': config.get('merge_update_condition'),
        'mode': 'explicit' if update else 'by_name',
        'update': {
            'include': config.get('merge_update_columns'),
            'exclude': config.get('merge_exclude_columns'),
            'set_expressions': config.get('merge_update_set_expressions') or {},
        },
    }]) -%}
    {%- set missing = clauses.get('when_not_matched', [{
        'action': 'insert',
        'condition': config.get('merge_insert_condition'),
        'mode': 'by_name',
    }]) -%}
    {%- set returning = config.get('merge_returning_columns') -%}
    merge into {{ target }} as DBT_INTERNAL_DEST
    using {{ source }} as DBT_INTERNAL_SOURCE
    {{ merge_condition(unique_key, incremental_predicates or []) }}
    {%- for clause in matched %}
    when matched {{ merge_clause(clause, dest_columns) }}
    {%- endfor %}
    {%- for clause in missing %}
    when not matched {{ 'by ' ~ clause.by if clause.by }} {{ merge_clause(clause, dest_columns) }}
    {%- endfor %}
    {{ 'returning ' ~ (returning if returning is string else returning | join(', ')) if returning }}
{%- endmacro %}

{% macro merge_condition(unique_key, predicates) -%}
    {%- set shared = config.get('merge_on_using_columns') -%}
    {%- if shared -%}
        using ({{ shared | join(', ') }})
        {%- if predicates %} on ({{ predicates | join(') and (') }}){% endif %}
    {%- else -%}
        {%- set keys = [unique_key] if unique_key is string else unique_key or [] -%}
        {%- set conditions = [] if keys else ['false'] -%}
        {%- for key in keys -%}
            {%- do conditions.append('DBT_INTERNAL_SOURCE.' ~ key ~ ' = DBT_INTERNAL_DEST.' ~ key) -%}
        {%- endfor -%}
        on ({{ (conditions + predicates) | join(') and (') }})
    {%- endif -%}
{%- endmacro %}

{% macro merge_clause(clause, dest_columns) -%}
    {%- set condition = clause.condition -%}
    {%- if condition %}and {{ condition if condition is string else '(' ~ condition | join(') and (') ~ ')' }} {% endif -%}
    then {% if clause.action == 'error' -%}
        error {{ "'" ~ clause.error_message | replace("'", "''") ~ "'" if clause.error_message }}
    {%- elif clause.action in ('update', 'insert') -%}
        {{ merge_write(clause, dest_columns) }}
    {%- else -%}
        {{ {'do_nothing': 'do nothing'}.get(clause.action, clause.action) }}
    {%- endif -%}
{%- endmacro %}

{% macro merge_write(clause, dest_columns) -%}
    {%- set mode = clause.mode -%}
    {%- if mode in ('by_name', 'by_position') -%}
        {{ clause.action }} {{ mode | replace('_', ' ') }}
    {%- elif mode == 'star' -%}
        {{ 'update set *' if clause.action == 'update' else 'insert *' }}
    {%- elif clause.action == 'insert' -%}
        insert ({{ clause['insert']['columns'] | join(', ') }})
        values ({{ clause['insert']['values'] | join(', ') }})
    {%- else -%}
        {%- set said = clause.get('update') or {} -%}
        {%- set expressions = said.set_expressions or clause.set_expressions or {} -%}
        {%- set columns = [] if mode is undefined or mode is none else get_merge_update_columns(
            said.include or [], said.exclude or [], dest_columns
        ) -%}
        {%- set changes = [] -%}
        {%- for column, expression in expressions.items() -%}
            {%- do changes.append(column ~ ' = ' ~ expression) -%}
        {%- endfor -%}
        {%- for column in columns if column | replace('"', '') not in expressions -%}
            {%- do changes.append(column ~ ' = DBT_INTERNAL_SOURCE.' ~ column) -%}
        {%- endfor -%}
        update set {{ changes | join(', ') }}
    {%- endif -%}
{%- endmacro %}

{% macro get_merge_update_columns(merge_update_columns, merge_exclude_columns, dest_columns) -%}
    {{ return(adapter.dispatch('get_merge_update_columns', 'dbt')(
        merge_update_columns, merge_exclude_columns, dest_columns
    )) }}
{%- endmacro %}

{% macro default__get_merge_update_columns(
    merge_update_columns, merge_exclude_columns, dest_columns
) -%}
    {%- if merge_update_columns and merge_exclude_columns -%}
        {{ exceptions.raise_compiler_error(
            'merge_update_columns and merge_exclude_columns exclude each other: keep one'
        ) }}
    {%- elif merge_update_columns -%}
        {{ return(merge_update_columns) }}
    {%- endif -%}
    {%- set left = merge_exclude_columns | default([], true) | map('lower') | list -%}
    {%- set kept = [] -%}
    {%- for column in dest_columns if column.name | lower not in left -%}
        {%- do kept.append(column.quoted) -%}
    {%- endfor -%}
    {{ return(kept) }}
{%- endmacro %}

{# Words that a project's own strategies use. #}

{% macro get_quoted_csv(column_names) -%}
    {%- set quoted = [] -%}
    {%- for name in column_names -%}
        {%- do quoted.append(adapter.quote(name)) -%}
    {%- endfor -%}
    {{ return(quoted | join(', ')) }}
{%- endmacro %}

{% macro diff_columns(source_columns, target_columns) -%}
    {%- set known = target_columns | map(attribute='name') | list -%}
    {{ return(source_columns | rejectattr('name', 'in', known) | list) }}
{%- endmacro %}
