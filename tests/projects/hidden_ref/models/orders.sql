{% if execute %}
select * from {{ ref('stg_orders') }}
{% endif %}
