select 1.5::decimal(18,3) as amount
