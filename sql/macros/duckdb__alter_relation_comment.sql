{#-
How a relation is described when dbt builds this project: its own macro calls a table
function a view, which DuckDB refuses.
-#}
{% macro duckdb__alter_relation_comment(relation, comment) %}
    {%- set is_function = model.config.materialized == 'table_function' %}
    comment on {{ 'macro table' if is_function else relation.type }} {{ relation }}
    is {{ "'" ~ comment | replace("'", "''") ~ "'" }}
{% endmacro %}
