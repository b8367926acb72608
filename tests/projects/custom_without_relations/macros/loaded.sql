{% materialization loaded, default %}
    {% call statement('main') %}
        {{ create_table_as(false, this, sql) }}
    {% endcall %}
{% endmaterialization %}
