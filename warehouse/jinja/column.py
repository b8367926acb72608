"""A column by name and type, as templates see it (dbt's `Column`)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_INTEGERS = frozenset(
    [
        "tinyint",
        "smallint",
        "integer",
        "int",
        "bigint",
        "hugeint",
        "utinyint",
        "usmallint",
        "uinteger",
        "ubigint",
        "uhugeint",
    ]
)
_FLOATS = frozenset({"float", "real", "double"})
_DECIMAL = re.compile(r"(?:decimal|numeric)\((\d+),\s*(\d+)\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the database describes it; `dtype` is the SQL type's full name."""

    column: str
    dtype: str

    @classmethod
    def create(cls, name: str, label_or_dtype: str) -> "Column":
        """Return a column of this name and type."""
        return cls(name, label_or_dtype)

    @classmethod
    def translate_type(cls, dtype: str) -> str:
        """Return the SQL type for dbt's word for it."""
        return "TEXT" if dtype.lower() == "string" else dtype

    @classmethod
    def numeric_type(cls, dtype: str, precision: Any, scale: Any) -> str:
        """Return the SQL type of a number with this many digits, if they are given."""
        if precision is None or scale is None:
            return dtype
        return f"{dtype}({precision},{scale})"

    @classmethod
    def string_type(cls, size: int) -> str:
        """Return the SQL type of text of this length."""
        return f"character varying({size})"

    def literal(self, value: Any) -> str:
        """Return a value as SQL of this column's type."""
        return f"{value}::{self.data_type}"

    @property
    def name(self) -> str:
        """The column's name, in dbt's other word."""
        return self.column

    @property
    def quoted(self) -> str:
        """The column's name in SQL's double quotes."""
        return '"' + self.column.replace('"', '""') + '"'

    @property
    def data_type(self) -> str:
        """The SQL type to cast to, in dbt's words: text has a length."""
        return self.string_type(256) if self.is_string() else self.dtype

    @property
    def numeric_precision(self) -> int | None:
        """A decimal's digits in all, or None."""
        match = _DECIMAL.fullmatch(self.dtype)
        return int(match[1]) if match else None

    @property
    def numeric_scale(self) -> int | None:
        """A decimal's digits behind the point, or None."""
        match = _DECIMAL.fullmatch(self.dtype)
        return int(match[2]) if match else None

    def is_string(self) -> bool:
        """Whether values are text."""
        return self.dtype.lower() in {"varchar", "text", "string"}

    def is_integer(self) -> bool:
        """Whether values are whole numbers."""
        return self.dtype.lower() in _INTEGERS

    def is_float(self) -> bool:
        """Whether values are binary fractions."""
        return self.dtype.lower() in _FLOATS

    def is_numeric(self) -> bool:
        """Whether values are decimals."""
        return _DECIMAL.fullmatch(self.dtype) is not None

    def is_number(self) -> bool:
        """Whether values are numbers of any kind."""
        return self.is_integer() or self.is_float() or self.is_numeric()

    def string_size(self) -> int:
        """Return a text column's length; DuckDB's has no limit, dbt says 256."""
        if not self.is_string():
            raise ValueError(f"{self.column} is {self.dtype}, not text")
        return 256

    def can_expand_to(self, other: Any) -> bool:
        """Whether this text column could hold `other`'s; DuckDB's always can."""
        return self.is_string() and other.is_string()

    def is_struct(self) -> bool:
        """Whether values have named fields."""
        return self.dtype.upper().startswith("STRUCT(") and self.dtype.endswith(")")

    @property
    def fields(self) -> list["Column"]:
        """The fields of a struct, each as a column."""
        if not self.is_struct():
            return []
        inner = self.dtype[len("STRUCT(") : -1]
        pieces = (_name_and_type(piece.strip()) for piece in _split(inner))
        return [Column(name, dtype) for name, dtype in pieces]

    def flatten(self) -> list["Column"]:
        """Return a struct's fields as columns of their own, down to the last.

        >>> column = Column("a", "STRUCT(b INTEGER, c STRUCT(d DATE))")
        >>> [inner.name for inner in column.flatten()]
        ['a.b', 'a.c.d']
        """
        if not self.is_struct():
            return [self]
        return [
            Column(f"{self.column}.{inner.column}", inner.dtype)
            for found in self.fields
            for inner in found.flatten()
        ]

    def __str__(self) -> str:
        return f"<Column {self.column} ({self.dtype})>"


def _split(text: str) -> Iterator[str]:
    """Yield the parts between the commas of a type's outermost level."""
    depth, start, is_quoted = 0, 0, False
    for index, character in enumerate(text):
        if character == '"':
            is_quoted = not is_quoted
        elif not is_quoted:
            depth += (character == "(") - (character == ")")
            if character == "," and not depth:
                yield text[start:index]
                start = index + 1
    yield text[start:]


def _name_and_type(field: str) -> tuple[str, str]:
    """Part a struct's field.

    >>> _name_and_type('"odd name" DECIMAL(3,1)')
    ('odd name', 'DECIMAL(3,1)')
    """
    if field.startswith('"'):
        name, _, dtype = field[1:].partition('" ')
        return name, dtype
    name, _, dtype = field.partition(" ")
    return name, dtype
