select 1 as id
{% if true %}
where false
