{{ config(materialized='table') }}
select unnest([1, 2, 2]) as id
