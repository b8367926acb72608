{% snapshot history %}
select 1 as a
{% endsnapshot %}
