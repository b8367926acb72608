"""Spans of time as people write them: 90s, 15m, 1.5h, 2d."""

import re

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd]?)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds_of(text: str) -> float | None:
    """Return a span in seconds, None for what is none; a bare number is seconds.

    >>> seconds_of("10m"), seconds_of("90"), seconds_of("1.5h"), seconds_of("soon")
    (600.0, 90.0, 5400.0, None)
    """
    match = _DURATION.fullmatch(text.strip())
    return None if match is None else float(match[1]) * _SECONDS[match[2]]
