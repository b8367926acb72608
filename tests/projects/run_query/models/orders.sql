{% set names = run_query('select name from nowhere') %}
select {{ names | length }} as n
