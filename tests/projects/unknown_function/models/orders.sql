select
    uper('a') as name
