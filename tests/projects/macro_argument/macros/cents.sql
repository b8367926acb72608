{% macro cents(column, digits=2) %}round({{ column }} / 100, {{ digits }}){% endmacro %}
