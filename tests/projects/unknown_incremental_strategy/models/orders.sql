{{ config(materialized='incremental', incremental_strategy='apend') }}

select 2 as id, 'b' as note
