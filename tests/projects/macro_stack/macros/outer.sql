{% macro outer(x) %}
    {{ inner(x) }}
{% endmacro %}
