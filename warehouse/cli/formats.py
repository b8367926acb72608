"""Rows as CSV, JSON, JSON lines and Markdown, and as the cells of a table."""

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

NUMBERS = (
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT",
    "UINTEGER", "UBIGINT", "UHUGEINT", "BIGNUM", "FLOAT", "DOUBLE", "DECIMAL",
)  # fmt: skip
ENDINGS = {
    ".csv": "csv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".md": "markdown",
    ".parquet": "parquet",
    ".txt": "table",
}
Row = Sequence[Any]


def is_number(sql_type: str) -> bool:
    """Tell whether a type's values are numbers.

    >>> is_number("DECIMAL(18,2)"), is_number("DECIMAL(18,2)[]")
    (True, False)
    """
    return sql_type.partition("(")[0] in NUMBERS and not sql_type.endswith("]")


def cell(value: Any) -> str | None:
    """Return a value as people read it; None stays None.

    >>> cell(True), cell(Decimal("1.10")), cell([1, None])
    ('true', '1.10', '[1, null]')
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, list | tuple | Mapping):
        return json_text(value)
    return str(value)


def json_text(value: Any) -> str:
    """Return a value as JSON; a number keeps its digits, NaN and infinity are null.

    >>> json_text({"a": Decimal("1.10"), "b": float("nan")})
    '{"a": 1.10, "b": null}'
    """
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() else "null"
    if isinstance(value, float) and not math.isfinite(value):
        return "null"
    if isinstance(value, Mapping):
        pairs = (
            f"{json.dumps(str(key), ensure_ascii=False)}: {json_text(inner)}"
            for key, inner in value.items()
        )
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(json_text, value)) + "]"
    return json.dumps(value, ensure_ascii=False, default=str)


def csv_lines(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """Yield lines of CSV; NULL is nothing, an empty text is quoted."""
    yield ",".join(map(_csv_field, columns)) + "\n"
    for row in rows:
        yield ",".join(map(_csv_field, map(cell, row))) + "\n"


def _csv_field(text: str | None) -> str:
    if text is None:
        return ""
    needs_quotes = not text or any(mark in text for mark in ',"\n\r')
    return '"' + text.replace('"', '""') + '"' if needs_quotes else text


def json_lines(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """Yield one JSON object a line."""
    for row in rows:
        yield json_text(dict(zip(columns, row, strict=True))) + "\n"


def json_array(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """Yield a JSON array of objects, one a line."""
    opening = "["
    for line in json_lines(columns, rows):
        yield f"{opening}\n  {line.rstrip()}"
        opening = ","
    yield "[]\n" if opening == "[" else "\n]\n"


def markdown_lines(
    columns: Sequence[str], types: Sequence[str], rows: Iterable[Row]
) -> Iterator[str]:
    """Yield the lines of a Markdown table."""
    yield _markdown_line(columns)
    yield _markdown_line(["---:" if is_number(t) else "---" for t in types])
    for row in rows:
        texts = (cell(value) for value in row)
        yield _markdown_line(["NULL" if text is None else text for text in texts])


def _markdown_line(cells: Sequence[str]) -> str:
    escaped = (text.replace("|", "\\|").replace("\n", "<br>") for text in cells)
    return f"| {' | '.join(escaped)} |\n"
