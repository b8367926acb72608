{#-
The sum of ratios as DOUBLE. Summed as decimals: a sum of doubles depends on the order
of its rows, and two builds would differ in the last digits.
-#}
{% macro sum_of_ratios(ratio) -%}
    cast(sum(cast({{ ratio }} as decimal(18, 15))) as double)
{%- endmacro %}
