"""The types of a CSV file's columns by dbt's rules, which DuckDB's sniffer has not.

dbt reads a seed with agate, in this order: number, date, timestamp, boolean, text; an
empty value or `null` counts for none. A whole number is INTEGER there, and fails when
it does not fit; here it becomes BIGINT, then DECIMAL(38,0).
"""

from collections.abc import Iterable, Sequence
from typing import Any

_NUMBER = r"[-+]?(\d[\d,]*\.?\d*|\.\d+)([eE][-+]?\d+)?%?"
_DATE = r"\d{4}-\d{1,2}-\d{1,2}"
_TIME = r"\d{1,2}:\d{1,2}:\d{1,2}"
_ISO = (
    r"\d{4}-?\d{2}-?\d{2}T\d{2}(:?\d{2}(:?\d{2}([.,]\d+)?)?)?"
    r"(Z|[-+]\d{2}(:?\d{2})?)?"
)
_CHECKS = (
    ("number", _NUMBER),
    ("date", _DATE),
    ("timestamp", f"{_DATE} {_TIME}"),
    ("iso", _ISO),
    ("boolean", "(?i)true|false"),
)
# A fraction, but not one of zeros: 1.0 is a whole number.
_FRACTION = r"\.\d*[1-9]"
_PER_COLUMN = len(_CHECKS) + 2


def inference_sql(columns: Iterable[str], source: str) -> str:
    """Return a query with one row: for each column, what `inferred_type` asks.

    `source` reads the file with every column as text.
    """
    wanted = ", ".join(
        part for column in columns for part in _asked(f'"{_escaped(column)}"')
    )
    return f"select {wanted} from {source}"


def _escaped(name: str) -> str:
    return name.replace('"', '""')


def _asked(column: str) -> list[str]:
    value = f"trim({column})"
    is_null = f"{column} is null or lower({value}) in ('', 'null')"
    parts = [
        f"bool_and({is_null} or regexp_full_match({value}, '{pattern}'))"
        for _, pattern in _CHECKS
    ]
    number = f"replace({value}, ',', '')"
    as_double = f"try_cast({number} as double)"
    parts.append(
        f"bool_or(regexp_matches({value}, '{_FRACTION}') "
        f"and {as_double} is distinct from trunc({as_double}))"
    )
    parts.append(f"max(abs(try_cast({number} as decimal(38, 0))))")
    return parts


def inferred_types(columns: Sequence[str], row: Sequence[Any]) -> dict[str, str]:
    """Return each column's SQL type from the row of the inference query."""
    pieces = [row[i : i + _PER_COLUMN] for i in range(0, len(row), _PER_COLUMN)]
    return {column: _type(piece) for column, piece in zip(columns, pieces, strict=True)}


def _type(piece: Sequence[Any]) -> str:
    """Return the type of one column.

    >>> _type([True, False, False, False, False, False, 3_000_000_000])
    'BIGINT'
    """
    *checks, has_fraction, largest = piece
    fitting = [
        kind
        for (kind, _), fits in zip(_CHECKS, checks, strict=True)
        if fits is not False
    ]
    kind = fitting[0] if fitting else "text"
    if kind == "number":
        return "DOUBLE" if has_fraction else _whole(int(largest or 0))
    return {"date": "DATE", "boolean": "BOOLEAN", "text": "VARCHAR"}.get(
        kind, "TIMESTAMP"
    )


def _whole(largest: int) -> str:
    if largest < 2**31:
        return "INTEGER"
    return "BIGINT" if largest < 2**63 else "DECIMAL(38,0)"
