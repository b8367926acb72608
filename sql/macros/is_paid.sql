{#- Whether a leg of this status is paid: nothing of it is owed any more. -#}
{% macro is_paid(status) -%}
    {{ status }} in ('closed', 'disbursed', 'historical')
{%- endmacro %}
