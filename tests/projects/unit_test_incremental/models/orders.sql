select 1 as id, 'Ada' as customer
{% if is_incremental() %}where false{% endif %}
