"""What a release changed in the marts, against the one before it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from warehouse.release.schema_change import BREAKING, EFFECTS, ColumnChange, worst


@dataclass(frozen=True, slots=True)
class MartChange:
    """One mart of which something is different.

    `before` and `after` are its rows, None where there is no such mart. `added`,
    `removed` and `changed` are rows by `key`; without one a changed row is one that
    went and one that came, and `changed` is None. `sums` holds the sums of the numeric
    columns that both have, before and after, as texts: decimals keep their digits.
    """

    name: str
    before: int | None
    after: int | None
    key: tuple[str, ...] = ()
    added: int = 0
    removed: int = 0
    changed: int | None = None
    columns: tuple[ColumnChange, ...] = ()
    sums: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)

    @property
    def is_nothing(self) -> bool:
        """Whether a reader finds what was there: only texts about it differ."""
        is_there = self.before is not None and self.after is not None
        counts = (self.added, self.removed, self.changed or 0)
        return is_there and not any(counts) and not self.columns

    @property
    def effect(self) -> str | None:
        """The most harmful effect on a reader's columns; a mart that went breaks."""
        return BREAKING if self.after is None else worst(self.columns)


@dataclass(frozen=True, slots=True)
class Changes:
    """The marts that differ from those of release `since`, and how many are the same.

    `accepted` is what gates said against it, when somebody published all the same.
    """

    since: str
    marts: tuple[MartChange, ...] = ()
    same: int = 0
    accepted: tuple[str, ...] = ()

    def summary(self) -> str:
        """Return the changes in a few words.

        >>> mart = MartChange("orders", 8, 10, ("id",), added=3, removed=1, changed=0)
        >>> Changes("20260101T000000Z-000000", (mart,), 4).summary()
        '+3 -1 rows in 1 of 5 marts'
        """
        marts, total = len(self.marts), len(self.marts) + self.same
        if not marts:
            return "marts as before"
        counts = {
            "+": sum(mart.added for mart in self.marts),
            "-": sum(mart.removed for mart in self.marts),
            "~": sum(mart.changed or 0 for mart in self.marts),
        }
        parts = [f"{sign}{count:,}" for sign, count in counts.items() if count]
        effects = [mart.effect for mart in self.marts if mart.effect]
        said = f"{' '.join(parts)} rows " if parts else ""
        said += f"in {marts} of {total} marts"
        if effects:
            said += f", {max(effects, key=EFFECTS.index)} schema change"
        return said


def read_changes(values: Mapping[str, Any] | None) -> Changes | None:
    """Read what `asdict` and JSON made of changes; None of None."""
    if values is None:
        return None
    return Changes(
        since=values["since"],
        marts=tuple(_mart(mart) for mart in values["marts"]),
        same=int(values["same"]),
        accepted=tuple(values["accepted"]),
    )


def _mart(values: Mapping[str, Any]) -> MartChange:
    return MartChange(
        **{
            **values,
            "key": tuple(values["key"]),
            "columns": tuple(ColumnChange(**column) for column in values["columns"]),
            "sums": {name: tuple(pair) for name, pair in values["sums"].items()},
        }
    )
