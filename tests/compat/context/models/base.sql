{{ config(materialized='table', custom_key=[1, 2], alias='base') }}
select 1 as id, 'x' as name, 2.5::decimal(10,2) as amount, date '2024-01-01' as day, true as ok
