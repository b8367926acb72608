"""What stands in a database: every table and view with its columns, in few queries."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from warehouse.engine.protocol import Engine

_SQL = """
    with relations as (
        select database_name, schema_name, table_name, 'BASE TABLE' as kind, comment
        from duckdb_tables()
        union all
        select database_name, schema_name, view_name, 'VIEW', comment
        from duckdb_views()
    )
    select
        database_name, schema_name, table_name, kind, relations.comment,
        column_name, column_index, data_type, columns.comment
    from relations
    join duckdb_columns() as columns using (database_name, schema_name, table_name)
    where not columns.internal
    order by database_name, schema_name, table_name, column_index
"""


@dataclass(frozen=True, slots=True)
class DescribedColumn:
    """A column as it stands; `index` counts from 1."""

    name: str
    index: int
    type: str
    comment: str | None


@dataclass(frozen=True, slots=True)
class Described:
    """A table or view as it stands; `kind` is BASE TABLE or VIEW."""

    database: str
    schema: str
    name: str
    kind: str
    comment: str | None
    columns: tuple[DescribedColumn, ...]

    @property
    def key(self) -> tuple[str, str, str]:
        """The name as the database compares it."""
        return (self.database.lower(), self.schema.lower(), self.name.lower())


def described(engine: Engine) -> Iterator[Described]:
    """Yield every table and view of the database and of those attached to it."""
    found = engine.execute(_SQL).rows
    for head, rows in groupby(found, key=lambda row: row[:5]):
        database, schema, name, kind, comment = head
        columns = tuple(DescribedColumn(*row[5:]) for row in rows)
        yield Described(database, schema, name, kind, comment, columns)
