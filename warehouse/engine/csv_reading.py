"""How DuckDB reads a CSV file: strictly, every faulty row noted and left out."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from warehouse.engine.literal import literal
from warehouse.engine.protocol import CsvFault, CsvFile

ROW_BYTES = 2_000_000  # DuckDB's own limit, which most files keep to
MOST_LINE_BYTES = 64_000_000
MOST_ROW_BYTES = MOST_LINE_BYTES + 2_000_000  # so nearly are lengths known
TOO_LONG = "LINE SIZE OVER MAXIMUM"
LONGER = f"longer than {MOST_LINE_BYTES // 1_000_000} MB"

_TABLE, _SCAN = "__csv_rejects", "__csv_scans"
# A row that lacks several values is told once, by the first.
REJECTS = (
    "select line_byte_position, column_name, error_type::varchar, csv_line, "
    f"error_message from {_TABLE} "
    "qualify error_type <> 'MISSING COLUMNS' "
    "or row_number() over (partition by line, error_type order by column_idx) = 1 "
    "order by line, column_idx"
)
FORGET = f"drop table {_TABLE}; drop table {_SCAN}"

_COUNTS = re.compile(r"Expected Number of Columns: (\d+) Found: (\d+)")
_VALUE = re.compile(r'Could not convert string "(.*)" to ', re.DOTALL)
_REASONS = {
    "UNQUOTED VALUE": "a quote is not closed, or text stands behind it",
    "INVALID ENCODING": "not UTF-8",
    TOO_LONG: LONGER,
}


def typed(file: CsvFile, types: Mapping[str, str]) -> str:
    """Return what reads a file's rows with these types and notes the others."""
    return _reader(
        file,
        types,
        "strict_mode = true, store_rejects = true, "
        f"rejects_table = {literal(_TABLE)}, rejects_scan = {literal(_SCAN)}, "
        "rejects_limit = 0",
    )


def as_text(file: CsvFile) -> str:
    """Return what reads a file's rows as text, for a look at the values."""
    types = dict.fromkeys(file.columns, "VARCHAR")
    return _reader(file, types, "ignore_errors = true")


def _reader(file: CsvFile, types: Mapping[str, str], options: str) -> str:
    columns = ", ".join(f"{literal(n)}: {literal(t)}" for n, t in types.items())
    # DuckDB drops a longer row without a word when it spans two of its buffers, which
    # are sixteen times as large: it has to be told the length before.
    row_bytes = min(max(file.longest_row, ROW_BYTES), MOST_ROW_BYTES)
    return (
        f"read_csv({literal(str(file.path))}, header = true, auto_detect = false, "
        f"delim = {literal(file.delimiter)}, quote = '\"', escape = '\"', "
        f"columns = {{{columns}}}, max_line_size = {row_bytes}, {options})"
    )


def faults(
    rejects: Iterable[tuple[Any, ...]], types: Mapping[str, str]
) -> tuple[CsvFault, ...]:
    """Return what the rows of `REJECTS` say."""
    return tuple(_fault(reject, types) for reject in rejects)


def _fault(reject: tuple[Any, ...], types: Mapping[str, str]) -> CsvFault:
    position, column, kind, row, message = reject
    value = None
    if kind == "CAST":
        found = _VALUE.search(message)
        value = found[1] if found else None
        reason = f"no {types[column]}"
    elif (counts := _COUNTS.search(message)) is not None:
        column, reason = None, f"{_count(counts[2])}, not {counts[1]}"
    else:
        reason = _REASONS.get(kind, message.partition("\n")[0])
    return CsvFault(position - 1, column, value, reason, row.strip("\r\n"))


def _count(number: str) -> str:
    return "1 value" if number == "1" else f"{number} values"
