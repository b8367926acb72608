"""Which gates a release's changes do not pass."""

from collections.abc import Callable, Iterator

from warehouse.project.gates import EFFECTS, Gates
from warehouse.release.changes import MartChange
from warehouse.release.record import MartFile
from warehouse.release.schema_change import ColumnChange

GatesOf = Callable[[str], Gates]


def refused(
    marts: tuple[MartFile, ...], changes: tuple[MartChange, ...], gates_of: GatesOf
) -> Iterator[str]:
    """Yield what speaks against publishing the marts, one reason each."""
    for mart in marts:
        if gates_of(mart.name).not_empty and not mart.rows:
            yield f"{mart.name} is empty (not_empty)"
    for change in changes:
        gates = gates_of(change.name)
        yield from _rows(change, gates)
        allowed = EFFECTS.index(gates.allow_schema)
        if change.after is None and allowed < EFFECTS.index("breaking"):
            yield f"{change.name} is gone (allow_schema: {gates.allow_schema})"
        for column in change.columns:
            if EFFECTS.index(column.effect) > allowed:
                told = f"{change.name}.{_column(column)}, which is {column.effect}"
                yield f"{told} (allow_schema: {gates.allow_schema})"


def _rows(change: MartChange, gates: Gates) -> Iterator[str]:
    before, after = change.before, change.after
    if gates.max_row_drop is None or not before or after is None:
        return
    lost = (before - after) / before
    if lost > gates.max_row_drop:
        yield (
            f"{change.name} would go from {before:,} to {after:,} rows, "
            f"{lost:.1%} less (max_row_drop: {gates.max_row_drop * 100:g}%)"
        )


def _column(column: ColumnChange) -> str:
    if column.after is None:
        return f"{column.name} is gone"
    if column.before is None:
        return f"{column.name} is new"
    return f"{column.name} would go from {column.before} to {column.after}"
