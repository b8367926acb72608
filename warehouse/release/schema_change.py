"""How a mart's columns differ between two releases, and whom that hurts."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from warehouse.release.sql_type import SqlType, parse

ADDITIVE, NARROWING, BREAKING = "additive", "narrowing", "breaking"
EFFECTS = (ADDITIVE, NARROWING, BREAKING)  # from harmless to harmful
_INTEGERS = {"TINYINT": 8, "SMALLINT": 16, "INTEGER": 32, "BIGINT": 64, "HUGEINT": 128}
_FLOATS = ("FLOAT", "DOUBLE")


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """A column that came (`before` is None), went (`after`), or has another type.

    `effect` is additive where a reader of the old column can read the new one,
    narrowing where a value that was possible is so no more, breaking otherwise.
    """

    name: str
    before: str | None
    after: str | None
    effect: str


def column_changes(
    before: Mapping[str, str], after: Mapping[str, str]
) -> tuple[ColumnChange, ...]:
    """Compare columns, given as types by name; their order does not matter.

    >>> found = column_changes({"a": "BIGINT"}, {"a": "INTEGER", "b": "DATE"})
    >>> [change.effect for change in found]
    ['narrowing', 'additive']
    """
    changes = []
    for name, was in before.items():
        now = after.get(name)
        if now is None:
            changes.append(ColumnChange(name, was, None, BREAKING))
        elif now != was:
            changes.append(
                ColumnChange(name, was, now, _effect(parse(was), parse(now)))
            )
    for name, now in after.items():
        if name not in before:
            changes.append(ColumnChange(name, None, now, ADDITIVE))
    return tuple(changes)


def worst(changes: tuple[ColumnChange, ...]) -> str | None:
    """Return the most harmful effect; None without changes."""
    return max((change.effect for change in changes), key=EFFECTS.index, default=None)


def _effect(before: SqlType, after: SqlType) -> str:
    if _fits(before, after):
        return ADDITIVE
    return NARROWING if _fits(after, before) else BREAKING


def _fits(inner: SqlType, outer: SqlType) -> bool:
    """Whether every value of a number type is one of another, of the same kind."""
    if inner.name in _FLOATS and outer.name in _FLOATS:
        return _FLOATS.index(inner.name) <= _FLOATS.index(outer.name)
    small, large = _span(inner), _span(outer)
    if small is None or large is None:
        return False
    least, most, step = small
    return large[0] <= least and most <= large[1] and (step / large[2]).denominator == 1


def _span(found: SqlType) -> tuple[Fraction, Fraction, Fraction] | None:
    """Return the least and greatest value of an exact number type, and its step."""
    name = found.name
    if name in _INTEGERS:
        half = Fraction(2) ** (_INTEGERS[name] - 1)
        return -half, half - 1, Fraction(1)
    if name.removeprefix("U") in _INTEGERS and name.startswith("U"):
        most = Fraction(2) ** _INTEGERS[name.removeprefix("U")] - 1
        return Fraction(0), most, Fraction(1)
    if name == "DECIMAL" and len(found.arguments) == 2:
        width, scale = map(int, found.arguments)
        step = Fraction(1, 10**scale)
        most = (Fraction(10) ** width - 1) * step
        return -most, most, step
    return None
