"""A query's result as text: what agate's `print_table` and `print_csv` give."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

CUT = "..."


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a table is shown: rows, columns, characters, digits; None: all."""

    max_rows: int | None = 20
    max_columns: int | None = 6
    max_column_width: int | None = 20
    max_precision: int | None = 3


LIMITS = Limits()


def table_text(
    names: Sequence[str], rows: Sequence[Sequence[Any]], limits: Limits = LIMITS
) -> str:
    """Return rows as a Markdown table, cut to the limits.

    >>> print(table_text(["id", "name"], [(1, "Ada"), (20, None)]))
    | id | name |
    | -- | ---- |
    |  1 | Ada  |
    | 20 |      |
    """
    shown = rows[: limits.max_rows]
    width = len(names) if limits.max_columns is None else limits.max_columns
    columns = [
        [names[i], *_cells([row[i] for row in shown], limits.max_precision)]
        for i in range(min(width, len(names)))
    ]
    if width < len(names):
        columns.append([CUT] * (len(shown) + 1))
    if limits.max_column_width is not None:
        most = limits.max_column_width
        columns = [[_cut(text, most) for text in column] for column in columns]
    is_text = [
        i < width and any(isinstance(row[i], str) for row in rows)
        for i in range(len(columns))
    ]
    widths = [max(map(len, column)) for column in columns]
    lines = [[column[n] for column in columns] for n in range(len(shown) + 1)]
    if len(shown) < len(rows):
        lines.append([CUT] * len(columns))
    padded = [
        [
            text.ljust(width) if left else text.rjust(width)
            for text, width, left in zip(line, widths, is_text, strict=True)
        ]
        for line in lines
    ]
    padded.insert(1, ["-" * width for width in widths])
    return "\n".join(f"| {' | '.join(line)} |" for line in padded)


def csv_text(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return rows as CSV with a header."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    return target.getvalue()


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - len(CUT)] + CUT


def _cells(values: Sequence[Any], max_precision: int | None) -> Iterator[str]:
    """Yield a column's cells; its numbers have as many places as the longest needs."""
    numbers = [Decimal(str(value)) for value in values if _is_number(value)]
    is_whole = all(isinstance(value, int) for value in values if value is not None)
    needed = max((_places(number) for number in numbers), default=0)
    is_cut = max_precision is not None and needed > max_precision
    places = needed if max_precision is None else min(needed, max_precision)
    for value in values:
        if value is None:
            yield ""
        elif is_whole:
            yield str(value)
        elif _is_number(value) and Decimal(str(value)).is_finite():
            text = f"{Decimal(str(value)):,.{places}f}"
            yield text + "…" if is_cut else text
        else:
            yield str(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _places(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0
