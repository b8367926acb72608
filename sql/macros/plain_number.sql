{#- A number as text: whole and in groups of three from a thousand on. -#}
{% macro plain_number(number) -%}
    case
        when abs({{ number }}) >= 1000
            then format('{:,}', cast(round({{ number }}) as bigint))
        else coalesce(format('{:.6g}', {{ number }}), 'unknown')
    end
{%- endmacro %}
