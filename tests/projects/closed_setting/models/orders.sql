{{ config(pre_hook='set enable_external_access = true') }}
select 1 as order_id
