{{ config(pre_hook='load spatial') }}
select 1 as order_id
