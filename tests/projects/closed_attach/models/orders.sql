{{ config(pre_hook="attach '/srv/other.duckdb' as other") }}
select 1 as order_id
