def model(dbt, session):
    words = session.sql("select 'seven' as word")
    return words.project("cast(word as integer) as number")
