{#- A number that no claim stands behind must not be in a mart. -#}
{% test evidenced(model, column_name, numbers) %}
select *
from {{ model }}
where
    len({{ column_name }}) = 0
    and (
        {%- for number in numbers %}
        {{ number }} <> 0{{ ' or' if not loop.last }}
        {%- endfor %}
    )
{% endtest %}
