{% macro moment() %}{{ return(adapter.dispatch('moment')()) }}{% endmacro %}
{% macro snowflake__moment() %}sysdate(){% endmacro %}
