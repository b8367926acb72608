select
    '{{ var('start_day') }}' as day,
    '{{ var('limit') }}' as size
