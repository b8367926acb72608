"""Versions of packages: `>=1.2.0`, `<2`, `1.3.0`."""

import re

_RANGE = re.compile(r"\s*(>=|<=|>|<|=|)\s*v?(\d+(?:\.\d+)*)(\S*)\s*")


def allows(text: str, version: str) -> bool:
    """Whether a version lies in a range; what cannot be read allows everything.

    >>> allows(">=1.2.0,<2", "1.10.0"), allows("1.3", "1.3.0"), allows("<1.3", "1.3.0")
    (True, True, False)
    """
    return all(_allows(part, version) for part in text.split(","))


def _allows(text: str, version: str) -> bool:
    wanted, found = _RANGE.fullmatch(text), _RANGE.fullmatch(version)
    if wanted is None or found is None:
        return True
    limit, number = _numbers(wanted[2]), _numbers(found[2])
    return {
        ">=": number >= limit,
        "<=": number <= limit,
        ">": number > limit,
        "<": number < limit,
    }.get(wanted[1], number == limit)


def _numbers(text: str) -> tuple[int, ...]:
    parts = [int(part) for part in text.split(".")]
    return (*parts, *[0] * (3 - len(parts)))
