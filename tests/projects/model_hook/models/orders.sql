{{ config(materialized='table', post_hook='delete from {{ this }} where idd = 1') }}
select 1 as id
