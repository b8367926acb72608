{# Every version of a customer #}
{% snapshot customers_history %}
{{ config(unique_key='id', strategy='check', check_cols='all') }}

select id, nam
from {{ ref('customers') }}
{% endsnapshot %}
