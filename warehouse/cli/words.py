"""How counts, times and sizes are said."""

from datetime import datetime, timedelta


def counted(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> counted(1, "node"), counted(1200, "row")
    ('1 node', '1,200 rows')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def seconds(value: float) -> str:
    """Return a time span as short as it is useful.

    >>> seconds(0.034), seconds(1.23), seconds(75)
    ('0.03 s', '1.2 s', '1 min 15 s')
    """
    if value < 1:
        return f"{value:.2f} s"
    if value < 59.95:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest} s"


def size(number: int) -> str:
    """Return a number of bytes.

    >>> size(512), size(274_432), size(3_500_000_000)
    ('512 B', '274 kB', '3.5 GB')
    """
    value = float(number)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 999.5:
            return f"{value:.0f} {unit}" if value >= 10 else f"{value:.2g} {unit}"
        value /= 1000
    return f"{value:.1f} TB"


def span(length: timedelta) -> str:
    """Return a time span in its largest whole unit.

    >>> span(timedelta(seconds=5)), span(timedelta(minutes=90)), span(timedelta(days=3))
    ('5 s', '1 h', '3 d')
    """
    total = length.total_seconds()
    for unit, seconds_in in (("d", 86400), ("h", 3600), ("min", 60)):
        if total >= seconds_in:
            return f"{int(total // seconds_in)} {unit}"
    return f"{int(total)} s"


def age(since: timedelta) -> str:
    """Return how long ago something was.

    >>> age(timedelta(seconds=5)), age(timedelta(minutes=90)), age(timedelta(days=3))
    ('just now', '1 h ago', '3 d ago')
    """
    return "just now" if since.total_seconds() < 60 else f"{span(since)} ago"


def moment(when: datetime) -> str:
    """Return a time, which is UTC, to the minute."""
    return when.strftime("%Y-%m-%d %H:%M")
