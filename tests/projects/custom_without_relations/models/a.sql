{{ config(materialized='loaded') }}
select 1 as n
