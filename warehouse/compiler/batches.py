"""The spans of time in which a microbatch model is built, one after the other."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

SIZES = ("hour", "day", "month", "year")
LOOKBACK = 1  # how many batches before the last one are built again
_FORMATS = {"hour": "%Y%m%dT%H", "day": "%Y%m%d", "month": "%Y%m", "year": "%Y"}
_DELTAS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
_STARTS: Mapping[str, Mapping[str, Any]] = {
    "year": {"month": 1, "day": 1, "hour": 0},
    "month": {"day": 1, "hour": 0},
    "day": {"hour": 0},
    "hour": {},
}


@dataclass(frozen=True, slots=True)
class Batch:
    """One span, its end left out; the first of a new table is not incremental."""

    size: str
    start: datetime
    end: datetime
    is_incremental: bool = True

    def values(self) -> dict[str, Any]:
        """Return `model.batch` as templates see it."""
        return {
            "id": self.start.strftime(_FORMATS[self.size]),
            "event_time_start": self.start,
            "event_time_end": self.end,
        }

    def overrides(self) -> dict[str, bool]:
        """Return what the macros say of the run, whatever stands in the database."""
        said = {"is_incremental": self.is_incremental}
        return said | ({"should_full_refresh": False} if self.is_incremental else {})


@dataclass(frozen=True, slots=True)
class Window:
    """What a microbatch model is configured to build."""

    size: str
    begin: datetime
    lookback: int = LOOKBACK

    def batches(
        self, asked: tuple[datetime, datetime] | None, now: datetime, *, is_anew: bool
    ) -> list[Batch]:
        """Return the batches of the span that is asked for, or of those due now.

        Due are all since `begin` for a new table, else the last one with as many before
        it as `lookback` says.

        >>> moment = datetime(2026, 3, 1, 12, tzinfo=UTC)
        >>> due = Window("month", moment).batches(None, moment, is_anew=False)
        >>> [batch.values()["id"] for batch in due]
        ['202602', '202603']
        """
        end = ceiling(asked[1] if asked else now, self.size)
        if asked:
            start = floor(asked[0], self.size)
        elif is_anew:
            start = floor(self.begin, self.size)
        else:
            start = shift(end, self.size, -self.lookback - 1)
        found: list[Batch] = []
        while not found or start < end:
            following = shift(start, self.size, 1)
            found.append(Batch(self.size, start, following, bool(found) or not is_anew))
            start = following
        return found


def floor(moment: datetime, size: str) -> datetime:
    """Return where the batch of a moment begins.

    >>> floor(datetime(2026, 3, 9, 12, 5), "month").isoformat()
    '2026-03-01T00:00:00+00:00'
    """
    smallest = {"minute": 0, "second": 0, "microsecond": 0, "tzinfo": UTC}
    return moment.replace(**{**_STARTS[size], **smallest})


def ceiling(moment: datetime, size: str) -> datetime:
    """Return where the batch of a moment ends; a border is the end of the one before.

    >>> ceiling(datetime(2026, 3, 9, tzinfo=UTC), "day").isoformat()
    '2026-03-09T00:00:00+00:00'
    """
    start = floor(moment, size)
    return start if start == moment else shift(start, size, 1)


def shift(border: datetime, size: str, count: int) -> datetime:
    """Return the border so many batches later.

    >>> shift(datetime(2026, 1, 1), "month", -13).isoformat()
    '2024-12-01T00:00:00'
    """
    if size in _DELTAS:
        return border + count * _DELTAS[size]
    months = border.year * 12 + border.month - 1 + count * (12 if size == "year" else 1)
    return border.replace(year=months // 12, month=months % 12 + 1)


def read_moment(value: Any) -> datetime:
    """Read a time in UTC, as YAML or a text has it. Raises ValueError.

    >>> read_moment("2026-01-01").isoformat()
    '2026-01-01T00:00:00+00:00'
    """
    if isinstance(value, date) and not isinstance(value, datetime):
        value = value.isoformat()
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
