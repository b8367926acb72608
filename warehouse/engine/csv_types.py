"""The types of a CSV file's columns by dbt's rules, which DuckDB's sniffer has not.

dbt reads a seed with agate, in this order: number, date, timestamp, boolean, text; an
empty value or `null` counts for none. A whole number is INTEGER there, and fails when
it does not fit; here it becomes BIGINT, then DECIMAL(38,0).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_NUMBER = r"[-+]?(\d[\d,]*\.?\d*|\.\d+)([eE][-+]?\d+)?%?"
_DATE = r"\d{4}-\d{1,2}-\d{1,2}"
_TIME = r"\d{1,2}:\d{1,2}:\d{1,2}"
_ISO = (
    r"\d{4}-?\d{2}-?\d{2}T\d{2}(:?\d{2}(:?\d{2}([.,]\d+)?)?)?"
    r"(Z|[-+]\d{2}(:?\d{2})?)?"
)
_CHECKS = {
    "number": _NUMBER,
    "date": _DATE,
    "timestamp": f"{_DATE} {_TIME}",
    "iso": _ISO,
    "boolean": "(?i)true|false",
}
# A fraction, but not one of zeros: 1.0 is a whole number.
_FRACTION = r"\.\d*[1-9]"
_TYPES = {
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "iso": "TIMESTAMP",
    "boolean": "BOOLEAN",
}
SAMPLE_ROWS = 1_000

# For each column, the kinds that its values may be of; text is always one.
Kinds = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Seen:
    """What values showed: of which kinds all are, how many rows, the type by column."""

    rows: int
    kinds: Kinds
    types: Mapping[str, str]


def any_kind(columns: Iterable[str]) -> Kinds:
    """Return the kinds of columns of which nothing has been seen."""
    return dict.fromkeys(columns, tuple(_CHECKS))


def inference_sql(kinds: Kinds, source: str) -> str:
    """Return a query with one row, for `seen`: whether values are of these kinds.

    `source` reads the file with every column as text.
    """
    asked = [part for name, of in kinds.items() for part in _asked(name, of)]
    return f"select {', '.join(['count(*)', *asked])} from {source}"


def _asked(name: str, kinds: Iterable[str]) -> Iterator[str]:
    column = '"' + name.replace('"', '""') + '"'
    value = f"trim({column})"
    is_null = f"{column} is null or lower({value}) in ('', 'null')"
    for kind in kinds:
        yield (f"bool_and({is_null} or regexp_full_match({value}, '{_CHECKS[kind]}'))")
        if kind == "number":
            number = f"replace({value}, ',', '')"
            as_double = f"try_cast({number} as double)"
            yield (
                f"bool_or(regexp_matches({value}, '{_FRACTION}') "
                f"and {as_double} is distinct from trunc({as_double}))"
            )
            yield f"max(abs(try_cast({number} as decimal(38, 0))))"


def seen(kinds: Kinds, row: Sequence[Any]) -> Seen:
    """Read the row of the inference query.

    >>> seen({"a": ("number", "date")}, [2, True, False, 7, False]).types
    {'a': 'INTEGER'}
    """
    rows, *rest = row
    answers = iter(rest)
    left: dict[str, tuple[str, ...]] = {}
    types: dict[str, str] = {}
    for name, asked in kinds.items():
        fitting = []
        of_number = "DOUBLE"
        for kind in asked:
            # No value at all fits every kind.
            if next(answers) is not False:
                fitting.append(kind)
            if kind == "number":
                has_fraction, largest = next(answers), next(answers)
                of_number = "DOUBLE" if has_fraction else _whole(int(largest or 0))
        left[name] = tuple(fitting)
        first = fitting[0] if fitting else "text"
        types[name] = of_number if first == "number" else _TYPES.get(first, "VARCHAR")
    return Seen(int(rows), left, types)


def _whole(largest: int) -> str:
    if largest < 2**31:
        return "INTEGER"
    return "BIGINT" if largest < 2**63 else "DECIMAL(38,0)"
