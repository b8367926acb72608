select 'n/a' as amount
