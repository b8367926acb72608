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
# What most numbers look like; matched faster than all that a number may look like.
_PLAIN = {"number": r"-?\d{1,18}", "fraction": r"-?\d{1,18}(\.\d{1,18})?"}
_CHECKS = {
    "number": _NUMBER,
    "fraction": _NUMBER,  # of which one is known to have a fraction
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
_NUMBERS = ("number", "fraction")
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
    kinds = tuple(kind for kind in _CHECKS if kind != "fraction")
    return dict.fromkeys(columns, kinds)


def inference_sql(kinds: Kinds, source: str) -> str:
    """Return a query with one row, for `seen`: whether values are of these kinds.

    `source` reads the file with every column as text.
    """
    asked = [part for name, of in kinds.items() for part in _asked(name, of)]
    return f"select {', '.join(['count(*)', *asked])} from {source}"


def _asked(name: str, kinds: Iterable[str]) -> Iterator[str]:
    """Yield what to ask of a column: of most values a plain look is all it takes."""
    column = '"' + name.replace('"', '""') + '"'
    value = f"trim({column})"
    is_null = f"{column} is null or lower({value}) in ('', 'null')"
    for kind in kinds:
        pattern = _CHECKS[kind]
        plain = f"regexp_full_match({column}, '{_PLAIN.get(kind, pattern)}')"
        yield _all(plain, f"{is_null} or regexp_full_match({value}, '{pattern}')")
        if kind == "number":
            number = f"replace({value}, ',', '')"
            as_double = f"try_cast({number} as double)"
            has_fraction = (
                f"regexp_matches({value}, '{_FRACTION}') "
                f"and {as_double} is distinct from trunc({as_double})"
            )
            yield f"bool_or(case when {plain} then false else {has_fraction} end)"
            whole = f"case when {plain} then abs(cast({column} as bigint)) end"
            other = f"try_cast({number} as decimal(38, 0))"
            yield f"max({whole})"
            yield f"max(case when {plain} then null else abs({other}) end)"


def _all(plain: str, otherwise: str) -> str:
    return f"bool_and(case when {plain} then true else {otherwise} end)"


def seen(kinds: Kinds, row: Sequence[Any]) -> Seen:
    """Read the row of the inference query.

    >>> seen({"a": ("number", "date")}, [2, True, False, 7, None, False]).types
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
            fits = next(answers) is not False  # no value at all fits every kind
            if kind == "number":
                has_fraction, *largest = (next(answers) for _ in range(3))
                of_number = "DOUBLE" if has_fraction else _whole(largest)
            if fits:
                is_told = kind == "number" and of_number == "DOUBLE"
                fitting.append("fraction" if is_told else kind)
        left[name] = tuple(fitting)
        first = fitting[0] if fitting else "text"
        types[name] = of_number if first in _NUMBERS else _TYPES.get(first, "VARCHAR")
    return Seen(int(rows), left, types)


def _whole(found: Iterable[Any]) -> str:
    largest = max(int(number or 0) for number in found)
    if largest < 2**31:
        return "INTEGER"
    return "BIGINT" if largest < 2**63 else "DECIMAL(38,0)"
