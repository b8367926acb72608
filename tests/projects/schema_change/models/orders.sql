{{ config(materialized='incremental', on_schema_change='fail') }}

select 2::bigint as id, 10 as amount
