"""The tables that a statement reads, from its tree."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from warehouse.compiler.tokens import dialect_of

# A table's name as SQL has it, in lower case: with or without schema and database.
TableName = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableRead:
    """One mention of a table; `offset` is where its name begins in the SQL."""

    name: TableName
    offset: int | None

    def __str__(self) -> str:
        return ".".join(self.name)


def parse(
    sql: str, dialect: str, found: list[Any] | None = None
) -> exp.Expression | None:
    """Return the statement's tree, or None when sqlglot cannot read it.

    `found` are its tokens, if they are known. The database is the judge of SQL: what
    sqlglot does not know is not an error.
    """
    try:
        if found is None:
            return sqlglot.parse_one(sql, read=dialect)
        trees = dialect_of(dialect).parser().parse(found, sql)
    except SqlglotError:
        return None
    return trees[0] if trees else None


def tables_read(tree: exp.Expression) -> Iterator[TableRead]:
    """Yield the tables that a statement reads, common table expressions left out."""
    for table in tree.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier):
            continue  # a table function
        parts = tuple(part.name.lower() for part in table.parts)
        if len(parts) > 1 or not _is_local(table, parts[0]):
            yield TableRead(parts, table.parts[0].meta.get("start"))


def _is_local(table: exp.Expression, name: str) -> bool:
    """Whether a bare name means a CTE here.

    Inside a CTE of a `with` that is not recursive, only the CTEs before it count:
    `with orders as (select * from orders)` reads the table.
    """
    path = {id(table)}
    node = table
    while node.parent is not None:
        node = node.parent
        with_ = node if isinstance(node, exp.With) else node.args.get("with_")
        if isinstance(with_, exp.With) and _names(with_, name, path):
            return True
        path.add(id(node))
    return False


def _names(with_: exp.With, name: str, path: set[int]) -> bool:
    """Whether a `with` names this CTE for one who stands on this path below it."""
    is_recursive = bool(with_.args.get("recursive"))
    for cte in with_.expressions:
        is_inside = id(cte) in path
        if is_inside and not is_recursive:
            return False
        if cte.alias.lower() == name:
            return True
    return False
