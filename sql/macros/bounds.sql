{#-
A printed figure as an interval: the columns <name>_low, <name>_point, <name>_high with
`suffix` behind, cast to `type`. "Up to" binds nobody to more than its binding part and
is never a point; what is open at one end stays NULL there; a missing figure is NULL
throughout and never zero.
-#}
{% macro bounds(name, suffix='', type='decimal(28, 6)', binding='null') -%}
    cast(
        case qualifier
            when 'exact' then value
            when 'about' then value - rounding_unit / 2
            when 'up_to' then coalesce({{ binding }}, 0)
            when 'at_least' then value
            when 'more_than' then value
            when 'several' then value
            when 'range' then value
        end as {{ type }}
    ) as {{ name }}_low{{ suffix }},
    cast(
        case when qualifier in ('exact', 'about') then value end as {{ type }}
    ) as {{ name }}_point{{ suffix }},
    cast(
        case qualifier
            when 'exact' then value
            when 'about' then value + rounding_unit / 2
            when 'up_to' then value
            when 'nearly' then value
            when 'less_than' then value
            when 'several' then value_upper
            when 'range' then value_upper
        end as {{ type }}
    ) as {{ name }}_high{{ suffix }}
{%- endmacro %}
