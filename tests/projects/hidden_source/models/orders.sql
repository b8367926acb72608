select * from
{% if execute %}{{ source('raw', 'good') }}{% endif %}
