{% macro inner(x) %}
    {% if x > 1 %}
        {{ exceptions.raise_compiler_error('inner() takes 0 or 1, not ' ~ x) }}
    {% endif %}
{% endmacro %}
