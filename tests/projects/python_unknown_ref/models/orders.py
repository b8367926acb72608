def model(dbt, session):
    # the staged orders
    return dbt.ref("stg_order")
