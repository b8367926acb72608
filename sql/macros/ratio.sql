{#-
A ratio as DOUBLE, NULL where the denominator is zero or unknown. Rounded to twelve
digits, so that the order in which a sum is taken does not show.
-#}
{% macro ratio(numerator, denominator) -%}
    round(
        cast({{ numerator }} as double) / nullif(cast({{ denominator }} as double), 0),
        12
    )
{%- endmacro %}
