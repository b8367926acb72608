{{ config(alias='Orders') }}
select 2 as id
