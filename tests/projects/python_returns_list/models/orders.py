def model(dbt, session):
    return [1, 2, 3]
