select 1 as id, 'open' as status
union all select 1, 'open'
union all select null, 'a status whose name is far too long to be shown on one line of a terminal'
