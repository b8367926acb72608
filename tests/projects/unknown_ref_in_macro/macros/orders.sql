{% macro orders() %}
    (select * from {{ ref('stg_ordres') }})
{% endmacro %}
