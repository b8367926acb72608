{#- Low, point and high of a figure stand in that order; an open end is NULL. -#}
{% test ordered_bounds(model, low, high, point=none) %}
select *
from {{ model }}
where
    {{ low }} > {{ high }}
    {% if point is not none %}
    or {{ low }} > {{ point }}
    or {{ point }} > {{ high }}
    {% endif %}
{% endtest %}
