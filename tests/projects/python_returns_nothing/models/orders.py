def model(dbt, session):
    session.sql("select 1 as id")
