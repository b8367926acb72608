select *
from read_parquet('https://example.com/orders.parquet')
