"""Showing the rows of a question: a table that fits, or another format."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from warehouse.cli.formats import (
    cell,
    csv_lines,
    is_number,
    json_array,
    json_lines,
    markdown_lines,
)
from warehouse.cli.tables import Column, Look, columns_shown, table
from warehouse.cli.terminal import BOLD, DIM, Terminal
from warehouse.cli.words import counted
from warehouse.engine.protocol import Stream

TIMESTAMP = "TIMESTAMP"  # and those WITH TIME ZONE, of nanoseconds, …
COUNTED = 1_000_000  # rows that are counted beyond those that are shown


def text_of(stream: Stream, form: str, limit: int | None) -> Iterator[str]:
    """Yield the rows in a format, line by line; a table is `table_text`."""
    rows: Iterator[Sequence[Any]] = islice(stream.rows, limit)
    if form == "markdown":
        return markdown_lines(stream.columns, stream.types, rows)
    times = [i for i, typed in enumerate(stream.types) if typed.startswith(TIMESTAMP)]
    if times:
        rows = (_with_iso_times(row, times) for row in rows)
    if form == "csv":
        return csv_lines(stream.columns, rows)
    if form == "json":
        return json_array(stream.columns, rows)
    return json_lines(stream.columns, rows)


def _with_iso_times(row: Sequence[Any], times: Sequence[int]) -> Sequence[Any]:
    """Put ISO 8601's T between day and time; for people a space reads better."""
    values = list(row)
    for i in times:
        if values[i] is not None and values[i][10:11] == " ":
            values[i] = f"{values[i][:10]}T{values[i][11:]}"
    return values


def table_text(stream: Stream, limit: int | None, terminal: Terminal) -> str:
    """Return a table with a line beneath that counts what is shown and what is not."""
    rows: list[list[str | None]] = [
        [cell(value) for value in row] for row in islice(stream.rows, limit)
    ]
    columns = [
        Column(name, is_number(sql_type))
        for name, sql_type in zip(stream.columns, stream.types, strict=True)
    ]
    if not columns:
        return "done"
    look = Look(
        width=terminal.width,
        head=lambda text: terminal.style(text, BOLD),
        faint=lambda text: terminal.style(text, DIM),
    )
    drawn = table(columns, rows, look)
    beneath = _rows_said(len(rows), stream.rows)
    hidden = stream.columns[columns_shown(drawn) :]
    if hidden:
        beneath += f", {counted(len(hidden), 'more column')}: {', '.join(hidden)}"
    return f"{drawn}\n{terminal.style(beneath, DIM)}"


def _rows_said(shown: int, rest: Iterator[Any]) -> str:
    more = sum(1 for _ in islice(rest, COUNTED + 1))
    if not more:
        return counted(shown, "row")
    number = f"more than {COUNTED:,}" if more > COUNTED else f"{more:,}"
    return f"{counted(shown, 'row')}, … {number} more {'row' if more == 1 else 'rows'}"
