"""A relation that leaves the warehouse, and the order in which its rows do."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from warehouse.errors import Location, ReleaseError, nearest
from warehouse.jinja.relation import Relation
from warehouse.release.sql_type import SqlType

FLOATS = {"FLOAT", "DOUBLE"}


@dataclass(frozen=True, slots=True)
class Mart:
    """A relation that leaves the warehouse under a name, and what is said of it.

    `key` is the columns by which its rows are ordered; empty: all of them. With
    `partition_by` it leaves as a folder of files. `locate` tells where a column is
    written, and of "" in which file the mart is.
    """

    relation: Relation
    name: str
    description: str = ""
    column_descriptions: Mapping[str, str] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    partition_by: tuple[str, ...] = ()
    locate: Callable[[str], Location | None] = lambda _: None

    def describe(self, column: str) -> str:
        """Return what is said of a column; names are case-insensitive."""
        said = {name.lower(): text for name, text in self.column_descriptions.items()}
        return said.get(column.lower(), "")

    def query(
        self, columns: Mapping[str, SqlType], condition: str | None = None
    ) -> str:
        """Return the rows of these columns in an order that equal data always has.

        The columns after the key cost little and order what a key does not that is not
        unique. Last, text tells 0.0 from -0.0, which compare as equal.
        """
        known = {name.lower(): name for name in columns}
        key = [known[name.lower()] for name in self.key if name.lower() in known]
        names = dict.fromkeys([*key, *columns])
        ordered = [Relation.quoted(name) for name in names]
        ordered += [
            f"{Relation.quoted(name)}::varchar"
            for name, typed in columns.items()
            if any(inner.name in FLOATS for inner in typed.walk())
        ]
        order = ", ".join(f"{expression} asc nulls last" for expression in ordered)
        chosen = ", ".join(map(Relation.quoted, columns))
        where = f" where {condition}" if condition else ""
        return f"select {chosen} from {self.relation}{where} order by {order}"

    def check_key(self, columns: Collection[str]) -> None:
        """Raise ReleaseError when the key names none of these columns."""
        known = {name.lower() for name in columns}
        for name in self.key:
            if name.lower() not in known:
                raise ReleaseError(
                    f'mart "{self.name}": its key names "{name}", which is no column',
                    hint=nearest(name.lower(), known),
                )
