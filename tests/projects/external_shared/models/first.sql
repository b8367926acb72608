{{ config(materialized='external', location='out/rows.csv') }}
select 1 as n
