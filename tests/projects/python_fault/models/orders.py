def share(part, whole):
    return part / whole


def model(dbt, session):
    rows = session.sql("select 1 as id, 0 as amount").fetchall()
    total = sum(amount for _, amount in rows)
    return session.sql(f"select {share(1, total)} as share")
