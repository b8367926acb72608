"""Moments by two clocks: the wall's, which may be set, and the machine's, which not."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

# Linux only, and the same in every container of a machine; elsewhere the wall decides.
BOOT_FILE = Path("/proc/sys/kernel/random/boot_id")
ZERO = timedelta()


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in UTC, in ISO 8601; and the seconds since the machine began to run."""

    time: str
    boot: str | None = None
    uptime: float | None = None

    def until(self, later: "Moment") -> timedelta:
        """Return how long it is to a later moment: never less than nothing.

        On one machine since it began to run, a clock that is set changes nothing.
        """
        if self.boot == later.boot and self.uptime is not None and later.uptime:
            return max(timedelta(seconds=later.uptime - self.uptime), ZERO)
        start, end = (datetime.fromisoformat(m.time) for m in (self, later))
        return max(end - start, ZERO)


def now() -> Moment:
    """Return this moment, by both clocks where there are two."""
    wall = datetime.now(UTC).isoformat(timespec="milliseconds")
    try:
        boot = BOOT_FILE.read_text(encoding="ascii").strip()
        return Moment(wall, boot, round(time.clock_gettime(time.CLOCK_BOOTTIME), 3))
    except (AttributeError, OSError):
        return Moment(wall)


def ages(moments: Iterable[Moment], at: Moment) -> list[timedelta]:
    """Return the ages of moments that came one after the other, newest first.

    None is younger than what came after it: a time in the future, of a clock that has
    been set back since, counts as old as its successor.

    >>> future = Moment("2099-01-01T00:00:00+00:00")
    >>> today = Moment("2026-01-02T00:00:00+00:00")
    >>> [age.days for age in ages([today, future], Moment("2026-01-05T00:00:00+00:00"))]
    [3, 3]
    """
    found: list[timedelta] = []
    for moment in moments:
        found.append(max([moment.until(at), *found[-1:]]))
    return found
