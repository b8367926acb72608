with users as (
    select * from read_csv('/etc/passwd', delim = ':', header = false)
)

select * from users
