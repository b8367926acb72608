{% snapshot customers_history %}
{{ config(unique_key='id', strategy='check', check_cols='all') }}
select 1 as id
{% endsnapsot %}
