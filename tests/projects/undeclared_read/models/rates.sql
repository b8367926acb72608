with own as (select 1 as x)

select * from own, bank.rates
