"""The `unique_key` of an incremental model against the rows that are to come in."""

from collections.abc import Sequence
from typing import Any

from warehouse.errors import ExecutionError
from warehouse.jinja.relation import Relation
from warehouse.manifest.nodes import Node
from warehouse.run.materializations.place import place_of
from warehouse.run.materializations.work import Work

SHOWN = 5
SWITCH = "check_unique_key"  # in `meta`, where dbt does not look


def keys_of(node: Node) -> list[str]:
    """Return the expressions by which rows are told apart; none without a key."""
    shared = node.config.get("merge_on_using_columns")
    keys = shared or node.config.get("unique_key") or []
    return [str(key) for key in ([keys] if isinstance(keys, str) else keys)]


def check_unique_key(work: Work, rows: Relation) -> None:
    """Refuse rows of which several have one key, or some have none.

    Of two rows with one key a merge would keep either, or both; a NULL equals nothing,
    so that its row would come in again with every run. dbt passes over it.
    """
    node, keys = work.node, keys_of(work.node)
    if not keys or node.meta.get(SWITCH) is False:
        return
    selected = f"select {', '.join(keys)} from {rows}"
    whole = f"from ({selected}) where columns(*) is not null"
    twice = work.engine.execute(
        f"select *, count(*) as row_count {whole} group by all having row_count > 1 "
        f"order by all limit {SHOWN + 1}"
    ).rows
    without: list[tuple[Any, ...]] = []
    if _count(work, whole) < _count(work, f"from ({selected})"):
        without = work.engine.execute(
            f"from ({selected}) except all {whole} limit {SHOWN + 1}"
        ).rows
    if not twice and not without:
        return
    told = [f"{_named(keys, row[:-1])}: {row[-1]} rows" for row in twice[:SHOWN]]
    told += [f"{_named(keys, row)}" for row in sorted(without, key=repr)[:SHOWN]]
    if len(twice) > SHOWN or len(without) > SHOWN:
        told.append("…")
    lines = "".join(f"\n  {line}" for line in told)
    what = "several have one key" if twice else "some have no key"
    if twice and without:
        what = "several have one key, and some have none"
    raise ExecutionError(
        f"the new rows of {node.name} do not fit its unique_key, {what}:{lines}",
        location=place_of(node, "merge_on_using_columns", "unique_key"),
        hint="choose one row of each key in the query, and leave out those without; "
        f"for a key that means groups of rows say meta={{'{SWITCH}': false}}",
    )


def _count(work: Work, sql: str) -> int:
    return int(work.engine.execute(f"select count(*) {sql}").rows[0][0])


def _named(keys: Sequence[str], values: Sequence[Any]) -> str:
    """Name the values of a key.

    >>> _named(["id", "day"], [1, None])
    'id = 1, day is NULL'
    >>> _named(["id, day"], [1, 2])
    '(id, day) = (1, 2)'
    """
    if len(keys) != len(values):
        shown = ", ".join("NULL" if v is None else str(v) for v in values)
        return f"({', '.join(keys)}) = ({shown})"
    return ", ".join(
        f"{key} is NULL" if value is None else f"{key} = {value}"
        for key, value in zip(keys, values, strict=True)
    )
