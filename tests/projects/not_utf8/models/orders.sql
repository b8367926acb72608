select 1 as id,
    'Müller' as name
