"""`on_schema_change`: what to do when the query's columns are not the table's."""

from collections.abc import Sequence
from dataclasses import dataclass

from warehouse.errors import ExecutionError
from warehouse.jinja.column import Column
from warehouse.jinja.relation import Relation
from warehouse.run.aligned import aligned
from warehouse.run.materializations.place import place_of
from warehouse.run.materializations.work import Work

POLICIES = ("ignore", "fail", "append_new_columns", "sync_all_columns")


@dataclass(frozen=True, slots=True)
class Difference:
    """How a query's columns differ from a table's; names in any case are the same."""

    added: tuple[Column, ...]
    removed: tuple[Column, ...]
    retyped: tuple[tuple[Column, Column], ...]  # as in the table, as in the query

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.retyped)

    def __str__(self) -> str:
        rows = [("column", "table", "query")]
        rows += [(column.name, "-", column.dtype) for column in self.added]
        rows += [(column.name, column.dtype, "-") for column in self.removed]
        rows += [(old.name, old.dtype, new.dtype) for old, new in self.retyped]
        return "\n".join(f"  {line}" for line in aligned(rows))


def difference(table: Sequence[Column], query: Sequence[Column]) -> Difference:
    """Compare the columns of a table and of a query.

    >>> found = difference([Column("a", "DATE")], [Column("A", "DATE")])
    >>> bool(found)
    False
    """
    old = {column.name.lower(): column for column in table}
    new = {column.name.lower(): column for column in query}
    pairs = [(old[name], new[name]) for name in new if name in old]
    return Difference(
        added=tuple(column for name, column in new.items() if name not in old),
        removed=tuple(column for name, column in old.items() if name not in new),
        retyped=tuple(pair for pair in pairs if _differs(*pair)),
    )


def _differs(old: Column, new: Column) -> bool:
    """Whether a type has changed; DuckDB's text has no length that could."""
    return old.dtype != new.dtype and not (old.is_string() and new.is_string())


def reconcile(work: Work, rows: Relation) -> tuple[list[Column], bool]:
    """Bring the table's columns in line as `on_schema_change` says.

    Returns the columns to write, and whether the table has changed. Raises
    ExecutionError when the policy or the columns do not allow it.
    """
    table = work.engine.columns(work.relation)
    query = work.engine.describe(f"from {rows}")
    found = difference(table, query)
    policy = str(work.node.config.get("on_schema_change") or "ignore")
    if policy not in POLICIES or policy == "ignore":
        if found.removed and not _keeps_removed(work):
            raise _mismatch(work, found, "the query lacks columns of")
        return table, False
    if policy == "fail" and found:
        raise _mismatch(work, found, "the query's columns are not those of")
    return query, _change(work, found, policy)


def _keeps_removed(work: Work) -> bool:
    """Whether the strategy may write fewer columns than there are: it goes by names."""
    strategy = work.node.config.get("incremental_strategy") or "default"
    return strategy not in {"default", "append", "delete+insert", "microbatch"}


def _mismatch(work: Work, found: Difference, what: str) -> ExecutionError:
    return ExecutionError(
        f"{what} {work.relation}, which stands already\n{found}",
        location=place_of(work.node, "on_schema_change"),
        hint="say on_schema_change='append_new_columns' or 'sync_all_columns', or "
        "build it anew with --full-refresh",
    )


def _change(work: Work, found: Difference, policy: str) -> bool:
    statements = [
        f"add column {Relation.quoted(column.name)} {column.dtype}"
        for column in found.added
    ]
    if policy == "sync_all_columns":
        statements += [
            f"drop column {Relation.quoted(column.name)}" for column in found.removed
        ]
    for statement in statements:
        work.engine.execute(f"alter table {work.relation} {statement}")
    if policy == "sync_all_columns":
        for old, new in found.retyped:
            _retype(work, old, new)
    return bool(statements or (found.retyped and policy == "sync_all_columns"))


def _retype(work: Work, old: Column, new: Column) -> None:
    """Give a column another type; it comes to stand last, as in dbt."""
    table, name = work.relation, Relation.quoted(old.name)
    other = Relation.quoted(f"{old.name}__retyped")
    work.engine.execute(f"alter table {table} add column {other} {new.dtype}")
    work.engine.execute(f"update {table} set {other} = {name}")
    work.engine.execute(f"alter table {table} drop column {name}")
    work.engine.execute(f"alter table {table} rename column {other} to {name}")
