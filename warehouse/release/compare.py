"""Compares two releases' marts: columns, rows by key, sums."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from warehouse.engine.literal import literal
from warehouse.engine.protocol import Engine, Result
from warehouse.jinja.relation import Relation
from warehouse.release.changes import MartChange
from warehouse.release.record import MartFile
from warehouse.release.schema_change import BREAKING, column_changes
from warehouse.release.sql_type import parse

NUMBERS = {
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT",
    "UINTEGER", "UBIGINT", "UHUGEINT", "FLOAT", "DOUBLE", "DECIMAL",
}  # fmt: skip
OLD, NEW = "before", "after"


@dataclass(frozen=True, slots=True)
class Side:
    """A mart in the folder of its release."""

    folder: Path
    mart: MartFile

    @property
    def types(self) -> dict[str, str]:
        """The types of the columns by name."""
        return {column.name: column.type for column in self.mart.columns}

    def rows(self) -> str:
        """Return SQL for the rows as they were published."""
        paths = ", ".join(literal(str(self.folder / p.path)) for p in self.mart.files)
        options = "hive_partitioning = false"
        if self.mart.partition_by:
            types = self.types
            hive = ", ".join(
                f"{literal(name)}: {types[name]}" for name in self.mart.partition_by
            )
            options = f"hive_partitioning = true, hive_types = {{{hive}}}"
        return f"read_parquet([{paths}], {options})"


@dataclass(frozen=True, slots=True)
class Pair:
    """One mart in two releases."""

    before: Side
    after: Side

    @property
    def columns(self) -> list[str]:
        """The columns that both have, and whose values can be compared."""
        broken = {
            change.name
            for change in column_changes(self.before.types, self.after.types)
            if change.effect == BREAKING
        }
        return [n for n in self.after.types if n in self.before.types.keys() - broken]

    @property
    def key(self) -> tuple[str, ...]:
        """The new mart's key, if both have its columns."""
        key, columns = self.after.mart.key, {c.lower() for c in self.columns}
        return key if all(name.lower() in columns for name in key) else ()

    def joined(self, chosen: str) -> str:
        """Return the rows of both side by side by key; `__here` if a side has one."""
        sides = [
            f"(select *, true as __here from {side.rows()}) as {name}"
            for side, name in ((self.before, OLD), (self.after, NEW))
        ]
        same = " and ".join(
            f"{OLD}.{name} is not distinct from {NEW}.{name}" for name in self._q
        )
        return f"select {chosen} from {sides[0]} full join {sides[1]} on {same}"

    @property
    def _q(self) -> list[str]:
        return [Relation.quoted(name) for name in self.key]

    @property
    def differs(self) -> str:
        """A condition on joined rows: some column that is compared differs."""
        return " or ".join(
            f"{OLD}.{q} is distinct from {NEW}.{q}"
            for q in map(Relation.quoted, self.columns)
        )


def compare(engine: Engine, before: Side | None, after: Side | None) -> MartChange:
    """Return how a mart differs; None is a release that does not have it."""
    if before is None or after is None:
        found = before or after
        assert found is not None  # noqa: S101 - one of the two has it
        rows = found.mart.rows
        if before is None:
            return MartChange(found.mart.name, None, rows, added=rows)
        return MartChange(found.mart.name, rows, None, removed=rows)
    pair = Pair(before, after)
    key = pair.key if _is_key(engine, pair) else ()
    added, removed, changed = _keyed(engine, pair) if key else _loose(engine, pair)
    return MartChange(
        name=after.mart.name,
        before=before.mart.rows,
        after=after.mart.rows,
        key=key,
        added=added,
        removed=removed,
        changed=changed,
        columns=column_changes(before.types, after.types),
        sums=_sums(engine, pair),
    )


def is_same(before: Side, after: Side) -> bool:
    """Whether two marts are the same bytes, with the same columns."""
    same_bytes = before.mart.sha256 == after.mart.sha256
    return same_bytes and before.types == after.types


def samples(
    engine: Engine, pair: Pair, change: MartChange, most: int
) -> dict[str, Result]:
    """Return up to so many rows that came, went and, by key, changed.

    A changed row has its key, then each compared column as a list of old and new.
    """
    if not change.key:
        columns = ", ".join(map(Relation.quoted, pair.columns))
        came = _except(pair.after, pair.before, columns)
        went = _except(pair.before, pair.after, columns)
        return {
            "added": engine.execute(f"{came} limit {most}"),
            "removed": engine.execute(f"{went} limit {most}"),
        }
    order = f"order by all limit {most}"
    keys = [Relation.quoted(name) for name in change.key]
    both = ", ".join(
        [f"{NEW}.{q}" for q in keys]
        + [
            f"[{OLD}.{q}::varchar, {NEW}.{q}::varchar] as {q}"
            for q in map(Relation.quoted, pair.columns)
            if q not in keys
        ]
    )
    here = f"{OLD}.__here and {NEW}.__here and ({pair.differs})"
    return {
        "added": engine.execute(
            f"{pair.joined(_of(NEW, pair))} where {OLD}.__here is null {order}"
        ),
        "removed": engine.execute(
            f"{pair.joined(_of(OLD, pair))} where {NEW}.__here is null {order}"
        ),
        "changed": engine.execute(f"{pair.joined(both)} where {here} {order}"),
    }


def _of(side: str, pair: Pair) -> str:
    return ", ".join(f"{side}.{Relation.quoted(name)}" for name in pair.columns)


def _is_key(engine: Engine, pair: Pair) -> bool:
    """Whether the key tells the rows of both sides apart: its test may only warn."""
    if not pair.key:
        return False
    names = ", ".join(map(Relation.quoted, pair.key))
    return all(
        engine.execute(
            f"select count(*) = count(distinct ({names})) from {side.rows()}"
        ).rows[0][0]
        for side in (pair.before, pair.after)
    )


def _keyed(engine: Engine, pair: Pair) -> tuple[int, int, int]:
    found = engine.execute(
        pair.joined(
            f"count(*) filter ({OLD}.__here is null), "
            f"count(*) filter ({NEW}.__here is null), "
            f"count(*) filter ({OLD}.__here and {NEW}.__here and ({pair.differs}))"
        )
    )
    added, removed, changed = map(int, found.rows[0])
    return added, removed, changed


def _loose(engine: Engine, pair: Pair) -> tuple[int, int, None]:
    columns = ", ".join(map(Relation.quoted, pair.columns))
    if not columns:
        return pair.after.mart.rows, pair.before.mart.rows, None
    counts = [
        engine.execute(f"select count(*) from ({_except(*sides, columns)})").rows[0][0]
        for sides in ((pair.after, pair.before), (pair.before, pair.after))
    ]
    return int(counts[0]), int(counts[1]), None


def _except(first: Side, second: Side, columns: str) -> str:
    return (
        f"select {columns} from {first.rows()} "
        f"except all select {columns} from {second.rows()}"
    )


def _sums(engine: Engine, pair: Pair) -> dict[str, tuple[str | None, str | None]]:
    """Sum the numeric columns that both have, on both sides; equal ones too."""
    names = [n for n in pair.columns if parse(pair.after.types[n]).name in NUMBERS]
    if not names:
        return {}
    chosen = ", ".join(f"sum({Relation.quoted(name)})::varchar" for name in names)
    before, after = (
        engine.execute(f"select {chosen} from {side.rows()}").rows[0]
        for side in (pair.before, pair.after)
    )
    return dict(zip(names, zip(before, after, strict=True), strict=True))


def by_name(folder: Path, marts: Iterable[MartFile]) -> dict[str, Side]:
    """Return a release's marts by their names."""
    return {mart.name: Side(folder, mart) for mart in marts}
