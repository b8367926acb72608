"""`--sample`: the time span of the rows that a build reads."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from warehouse.errors import UsageError
from warehouse.project.yaml import parse

_SPAN = re.compile(r"(\d+)\s*(hour|day|month|year)s?")


def read_sample(text: str | None, now: datetime) -> tuple[datetime, datetime] | None:
    """Read a span back from now, or a start and an end. Raises UsageError.

    >>> read_sample("2 months", datetime(2026, 1, 31, tzinfo=UTC))[0].isoformat()
    '2025-11-30T00:00:00+00:00'
    """
    if text is None:
        return None
    match = _SPAN.fullmatch(text.strip().lower())
    if match is not None:
        return _before(now, int(match[1]), match[2]), now
    data: Any = parse(text, "--sample").data
    if not isinstance(data, dict) or set(data) != {"start", "end"}:
        raise UsageError(
            f'--sample "{text}" is no time span',
            hint="--sample '3 days', or '{start: 2026-01-01, end: 2026-02-01}'",
        )
    return _moment(data["start"]), _moment(data["end"])


def _before(now: datetime, count: int, unit: str) -> datetime:
    if unit in {"hour", "day"}:
        return now - timedelta(hours=count * (24 if unit == "day" else 1))
    months = now.year * 12 + now.month - 1 - count * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    following = datetime(year + month // 11, (month + 1) % 12 + 1, 1, tzinfo=UTC)
    last = (following - timedelta(days=1)).day
    return now.replace(year=year, month=month + 1, day=min(now.day, last))


def _moment(value: Any) -> datetime:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise UsageError(f'--sample: "{value}" is no time') from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def read_span(start: str | None, end: str | None) -> tuple[datetime, datetime] | None:
    """Read `--event-time-start` and `--event-time-end`. Raises UsageError."""
    if start is None and end is None:
        return None
    if start is None or end is None:
        given, missing = ("start", "end") if end is None else ("end", "start")
        raise UsageError(
            f"--event-time-{given} needs --event-time-{missing} beside it",
            hint="say both: --event-time-start 2026-01-01 --event-time-end 2026-02-01",
        )
    span = _event_time("start", start), _event_time("end", end)
    if span[0] >= span[1]:
        raise UsageError(f"--event-time-start {start} is not before {end}")
    return span


def _event_time(which: str, text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"--event-time-{which} {text} is no time",
            hint="2026-01-31, or '2026-01-31 12:00:00', in UTC",
        ) from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)
