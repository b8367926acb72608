"""The difference between two sets of rows, as a table with the differing cells."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

Row = Sequence[Any]
CHANGED, ONLY_ACTUAL, ONLY_EXPECTED = "→", "+++", "---"


def difference(
    columns: Sequence[str], actual: Sequence[Row], expected: Sequence[Row]
) -> str | None:
    """Return a table of the rows that differ, or None when there are none.

    Order does not count, repetition does. A row marked → has `expected→actual` in the
    cells that differ, +++ is only in actual, --- only in expected.

    >>> print(difference(["id", "n"], [(1, 3), (2, 4)], [(1, 7), (2, 4)]))
         id  n
    →    1   7→3
         2   4
    """
    ours, theirs = Counter(map(_key, actual)), Counter(map(_key, expected))
    if ours == theirs:
        return None
    left, right = list((theirs - ours).elements()), list((ours - theirs).elements())
    lines = [("", row) for row in (ours & theirs).elements()]
    for row in sorted(left):
        partner = _nearest(row, right)
        if partner is None:
            lines.append((ONLY_EXPECTED, row))
            continue
        right.remove(partner)
        pairs = zip(row, partner, strict=True)
        lines.append((CHANGED, tuple(a if a == b else f"{a}→{b}" for a, b in pairs)))
    lines += [(ONLY_ACTUAL, row) for row in right]
    lines.sort(key=lambda line: [cell.partition("→")[0] for cell in line[1]])
    return _table(columns, lines)


def _key(row: Row) -> tuple[str, ...]:
    return tuple("NULL" if value is None else str(value) for value in row)


def _nearest(row: tuple[str, ...], others: list[tuple[str, ...]]) -> Any:
    """Return the row that has most cells in common with this one, if any has one."""
    scored = [
        (sum(a == b for a, b in zip(row, other, strict=True)), other)
        for other in others
    ]
    if len(row) == 1 or not scored:
        return others[0] if scored else None
    best, found = max(scored, key=lambda pair: pair[0])
    return found if best else None


def _table(columns: Sequence[str], lines: Sequence[tuple[str, Row]]) -> str:
    table = [["", *columns], *([mark, *row] for mark, row in lines)]
    widths = [max(len(row[i]) for row in table) for i in range(len(columns) + 1)]
    widths[0] = 3
    return "\n".join(
        "  ".join(
            cell.ljust(width) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in table
    )
