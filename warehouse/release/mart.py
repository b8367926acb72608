"""A relation that leaves the warehouse, and the order in which its rows do."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from warehouse.errors import ReleaseError, nearest
from warehouse.jinja.relation import Relation
from warehouse.release.sql_type import SqlType

FLOATS = {"FLOAT", "DOUBLE"}


@dataclass(frozen=True, slots=True)
class Mart:
    """A relation that leaves the warehouse under a name, and what is said of it.

    `key` is the columns by which its rows are ordered; empty: all of them.
    """

    relation: Relation
    name: str
    description: str = ""
    column_descriptions: Mapping[str, str] = field(default_factory=dict)
    key: tuple[str, ...] = ()

    def describe(self, column: str) -> str:
        """Return what is said of a column; names are case-insensitive."""
        said = {name.lower(): text for name, text in self.column_descriptions.items()}
        return said.get(column.lower(), "")

    def query(self, columns: Mapping[str, SqlType]) -> str:
        """Return the rows of these columns in an order that equal data always has.

        The columns after the key cost little and order what a key does not that is not
        unique. Last, text tells 0.0 from -0.0, which compare as equal.

        Raises ReleaseError when the key names no column.
        """
        names = dict.fromkeys([*self._key_columns(columns), *columns])
        ordered = [Relation.quoted(name) for name in names]
        ordered += [
            f"{Relation.quoted(name)}::varchar"
            for name, typed in columns.items()
            if any(inner.name in FLOATS for inner in typed.walk())
        ]
        order = ", ".join(f"{expression} asc nulls last" for expression in ordered)
        return f"select * from {self.relation} order by {order}"

    def _key_columns(self, columns: Mapping[str, SqlType]) -> list[str]:
        known = {name.lower(): name for name in columns}
        for name in self.key:
            if name.lower() not in known:
                raise ReleaseError(
                    f'mart "{self.name}": its key names "{name}", which is no column',
                    hint=nearest(name.lower(), known),
                )
        return [known[name.lower()] for name in self.key]
