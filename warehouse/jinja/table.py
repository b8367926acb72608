"""The result of a query as templates see it: the part of agate's Table that dbt has."""

from collections.abc import Iterator, Sequence
from typing import Any


class Row(Sequence[Any]):
    """One row: values by position or by column name."""

    def __init__(self, values: Sequence[Any], names: Sequence[str]) -> None:
        self._values = tuple(values)
        self._names = tuple(names)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            return self._values[self._names.index(key)]
        return self._values[key]

    def __len__(self) -> int:
        return len(self._values)

    def __getattr__(self, name: str) -> Any:
        if name in self._names:
            return self[name]
        raise AttributeError(name)

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, Sequence) else False

    def __hash__(self) -> int:
        return hash(self._values)

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of a column, or `default` when there is no such column."""
        return self[key] if key in self._names else default

    def dict(self) -> dict[str, Any]:
        """Return the row as a mapping."""
        return dict(zip(self._names, self._values, strict=True))

    def keys(self) -> tuple[str, ...]:
        """Return the columns' names."""
        return self._names

    def values(self) -> tuple[Any, ...]:
        """Return the values in the columns' order."""
        return self._values

    def items(self) -> list[tuple[str, Any]]:
        """Return names with values."""
        return list(zip(self._names, self._values, strict=True))


class ColumnValues(Sequence[Any]):
    """One column: its name and its values from the first row to the last."""

    def __init__(self, name: str, values: Sequence[Any]) -> None:
        self.name = name
        self._values = tuple(values)

    def __getitem__(self, key: Any) -> Any:
        return self._values[key]

    def __len__(self) -> int:
        return len(self._values)

    def values(self) -> tuple[Any, ...]:
        """Return the values."""
        return self._values

    def values_distinct(self) -> tuple[Any, ...]:
        """Return the values without repetition, in the order of first appearance."""
        return tuple(dict.fromkeys(self._values))


class Columns(Sequence[ColumnValues]):
    """The columns by position or by name."""

    def __init__(self, columns: Sequence[ColumnValues]) -> None:
        self._columns = {column.name: column for column in columns}
        self._order = tuple(columns)

    def __getitem__(self, key: Any) -> Any:
        return self._columns[key] if isinstance(key, str) else self._order[key]

    def __len__(self) -> int:
        return len(self._order)

    def keys(self) -> tuple[str, ...]:
        """Return the columns' names."""
        return tuple(self._columns)

    def get(self, name: str, default: Any = None) -> Any:
        """Return a column by name, or `default`."""
        return self._columns.get(name, default)


class Table:
    """Rows and columns in memory; what `run_query` and `load_result` give."""

    def __init__(
        self, column_names: Sequence[str] = (), rows: Sequence[Sequence[Any]] = ()
    ) -> None:
        self.column_names = tuple(column_names)
        self.rows = tuple(Row(row, self.column_names) for row in rows)
        self.columns = Columns(
            [
                ColumnValues(name, [row[index] for row in self.rows])
                for index, name in enumerate(self.column_names)
            ]
        )

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __getitem__(self, key: Any) -> Any:
        return self.rows[key]

    def rename(self, names: dict[str, str]) -> "Table":
        """Return the table with some columns under other names."""
        return Table([names.get(name, name) for name in self.column_names], self.rows)

    def select(self, names: Sequence[str]) -> "Table":
        """Return the table with only these columns."""
        rows = [[row[name] for name in names] for row in self.rows]
        return Table(names, rows)

    def exclude(self, names: Sequence[str]) -> "Table":
        """Return the table without these columns."""
        return self.select([name for name in self.column_names if name not in names])

    def limit(self, count: int) -> "Table":
        """Return the first rows."""
        return Table(self.column_names, self.rows[:count])
