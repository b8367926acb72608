"""The result of a query as templates see it: the part of agate's Table that dbt has."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from warehouse.jinja.table_text import Limits, csv_text, table_text


class MappedSequence(Sequence[Any]):
    """Values by position or by name, as agate's class of this name."""

    def __init__(self, values: Sequence[Any], names: Sequence[str]) -> None:
        self._values = tuple(values)
        self._names = tuple(names)

    def __getitem__(self, key: Any) -> Any:
        if not isinstance(key, str):
            return self._values[key]
        if key not in self._names:
            raise KeyError(key)
        return self._values[self._names.index(key)]

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, Sequence) else False

    def __hash__(self) -> int:
        return hash(self._values)

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of a name, or `default` when there is no such name."""
        return self[key] if key in self._names else default

    def dict(self) -> dict[str, Any]:
        """Return values by name."""
        return dict(self.items())

    def keys(self) -> tuple[str, ...]:
        """Return the names."""
        return self._names

    def values(self) -> tuple[Any, ...]:
        """Return the values in order."""
        return self._values

    def items(self) -> tuple[tuple[str, Any], ...]:
        """Return names with values."""
        return tuple(zip(self._names, self._values, strict=True))


class Row(MappedSequence):
    """One row: values by position or by column name, an attribute too."""

    def __getattr__(self, name: str) -> Any:
        if name in self._names:
            return self[name]
        raise AttributeError(name)


class ColumnValues(MappedSequence):
    """One column: its name and its values from the first row to the last."""

    def __init__(self, name: str, values: Sequence[Any]) -> None:
        super().__init__(values, ())
        self.name = name

    def values_distinct(self) -> tuple[Any, ...]:
        """Return the values without repetition, in the order of first appearance."""
        return tuple(dict.fromkeys(self._values))

    def values_without_nulls(self) -> tuple[Any, ...]:
        """Return the values that are known."""
        return tuple(value for value in self._values if value is not None)

    def values_sorted(self) -> list[Any]:
        """Return the values in order, the unknown last."""
        nulls = self._values.count(None)
        return [*self.values_without_nulls_sorted(), *[None] * nulls]

    def values_without_nulls_sorted(self) -> list[Any]:
        """Return the values that are known, in order."""
        return sorted(self.values_without_nulls())


Write = Callable[[str], object]


class Table:
    """Rows and columns in memory; what `run_query` and `load_result` give.

    `write` receives what a template prints of it.
    """

    def __init__(
        self,
        column_names: Sequence[str] = (),
        rows: Sequence[Sequence[Any]] = (),
        write: Write = str,
    ) -> None:
        self._write = write
        self.column_names = tuple(column_names)
        self.rows = MappedSequence([Row(row, self.column_names) for row in rows], ())
        columns = [
            ColumnValues(name, [row[index] for row in self.rows])
            for index, name in enumerate(self.column_names)
        ]
        self.columns = MappedSequence(columns, self.column_names)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __getitem__(self, key: Any) -> Any:
        return self.rows[key]

    def _made(self, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> "Table":
        return Table(names, rows, self._write)

    def print_table(
        self, max_rows: int | None = 20, max_columns: int | None = 6, **more: Any
    ) -> None:
        """Print the rows as a Markdown table: so many rows and columns."""
        limits = Limits(max_rows, max_columns, **more)
        self._write(table_text(self.column_names, self.rows, limits))

    def print_csv(self) -> None:
        """Print the rows as CSV."""
        self._write(csv_text(self.column_names, self.rows))

    def print_json(self) -> None:
        """Print the rows as a JSON list of objects."""
        self._write(json.dumps([row.dict() for row in self.rows], default=str))

    def rename(self, names: dict[str, str]) -> "Table":
        """Return the table with some columns under other names."""
        return self._made(
            [names.get(name, name) for name in self.column_names], self.rows
        )

    def select(self, names: Sequence[str]) -> "Table":
        """Return the table with only these columns."""
        rows = [[row[name] for name in names] for row in self.rows]
        return self._made(names, rows)

    def exclude(self, names: Sequence[str]) -> "Table":
        """Return the table without these columns."""
        return self.select([name for name in self.column_names if name not in names])

    def limit(self, count: int) -> "Table":
        """Return the first rows."""
        return self._made(self.column_names, self.rows[:count])

    def where(self, test: Callable[[Row], bool]) -> "Table":
        """Return the rows that pass a test."""
        return self._made(self.column_names, [row for row in self.rows if test(row)])

    def find(self, test: Callable[[Row], bool]) -> Row | None:
        """Return the first row that passes a test."""
        return next((row for row in self.rows if test(row)), None)

    def distinct(self, key: str | Sequence[str] | None = None) -> "Table":
        """Return the first row of each value of a column, of several, or of all."""
        names = [key] if isinstance(key, str) else key or self.column_names
        first: dict[tuple[Any, ...], Row] = {}
        for row in self.rows:
            first.setdefault(tuple(row[name] for name in names), row)
        return self._made(self.column_names, list(first.values()))

    def order_by(self, key: str | Sequence[str], reverse: bool = False) -> "Table":
        """Return the rows in the order of a column or several, the unknown last."""
        names = [key] if isinstance(key, str) else key

        def place(row: Sequence[Any]) -> list[tuple[bool, Any]]:
            found = Row(row, self.column_names)
            return [(found[name] is None, found[name]) for name in names]

        return self._made(
            self.column_names, sorted(self.rows, key=place, reverse=bool(reverse))
        )
