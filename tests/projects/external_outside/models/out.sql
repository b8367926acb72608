{{ config(materialized='external', location='../exports/out.parquet') }}
select 1 as n
