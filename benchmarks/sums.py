"""Print counts and sums of a database's tables: `sums.py FILE TABLE …`.

A process of its own: what the benchmark itself holds would count as its children's.
"""

import sys

import duckdb

path, *tables = sys.argv[1:]
with duckdb.connect(path, read_only=True) as connection:
    for table in tables:
        found = connection.execute(
            "select count(*), sum(cast(id as hugeint) * quantity), "
            f"sum(cast(amount as decimal(18, 2))) from main.{table}"
        ).fetchone()
        print(table, found)
