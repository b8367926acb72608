import pyarrow


def model(dbt, session):
    users = pyarrow.table({"user_id": [1, 2]})
    return session.sql("select count(*) as users from users")
