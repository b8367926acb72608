def model(dbt, session):
    return session.sql(
        "select totl from (select 1 as total)"
    )
