{% set users = run_query("from read_text('/etc/passwd')") %}
select 1 as a
