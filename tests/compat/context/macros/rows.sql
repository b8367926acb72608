{% macro rows(pairs) %}
{% for key, value in pairs.items() %}
select '{{ key }}' as k, '{{ (value ~ '') | replace("'", "''") }}' as v{{ ' union all' if not loop.last }}
{% endfor %}
{% endmacro %}
{% macro ended(results, schemas, database_schemas) %}
create or replace table hooks.ended as
select * from (
{% for r in results | sort(attribute='node.unique_id') %}
select '{{ r.node.unique_id.split('.')[:3] | join('.') }}' as id, '{{ r.status }}' as status, '{{ r.node.name }}' as name, '{{ r.node.resource_type }}' as rt,
 '{{ r.failures }}' as failures, '{{ r.node.config.materialized }}' as mat, '{{ r.node.schema }}' as s, '{{ r.node.relation_name }}' as rel, '{{ r.node.depends_on.nodes | join(',') }}' as dep, '{{ r.node.package_name }}' as pkg, '{{ (r.node.compiled_code or '') | length > 0 }}' as cc, '{{ r.to_dict().keys() | sort | join(',') }}' as ks, '{{ r.timing | map(attribute='name') | join(',') }}' as tm, '{{ r.node.to_dict().name }}' as tdn
 , '{{ r.message if r.status != 'error' }}' as msg {{ ' union all' if not loop.last }}
{% endfor %}
) union all select '{{ schemas | sort | join(',') }}', '{{ database_schemas | map('join', '.') | sort | join(',') }}', '', '', '', '', '', '', '', '', '', '', '', '', ''
{% endmacro %}
{% macro generic_macro() %}{{ return({'a': [1, 2], 'b': none}) }}{% endmacro %}
