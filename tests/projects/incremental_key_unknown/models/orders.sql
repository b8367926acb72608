{{ config(materialized='incremental', unique_key='order_ids', tags=1) }}
select 1 as order_id
