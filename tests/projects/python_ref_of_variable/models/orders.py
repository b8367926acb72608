NAME = "stg_orders"


def model(dbt, session):
    return dbt.ref(NAME)
