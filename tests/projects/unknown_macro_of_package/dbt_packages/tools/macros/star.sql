{% macro star() %}*{% endmacro %}
