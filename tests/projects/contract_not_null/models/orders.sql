{{ config(materialized='table') }}
select unnest([1, null, 3]) as id
