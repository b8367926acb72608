def model(dbt, session):
    users = session.read_csv('/etc/passwd', sep=':', header=False)
    return users.limit(1)
