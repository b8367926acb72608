"""What SQL was once found to say, by its text: to read it takes longest."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from warehouse.compiler.reads import TableName
from warehouse.project.kept import Memory

Columns = tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Form:
    """What the tokens of a node's SQL show: a hash of them, and two answers.

    `is_volatile`: running it again may give other rows. `is_query`: there is something
    to run.
    """

    canonical: str
    is_volatile: bool
    is_query: bool

    def values(self) -> tuple[str, bool, bool]:
        """Return the values, to be kept."""
        return self.canonical, self.is_volatile, self.is_query


@dataclass(frozen=True, slots=True)
class Analysis:
    """The form of SQL that reads only what it declares, and its columns."""

    columns: Columns
    form: Form


class Analyses:
    """Analyses by a hash of all that they depend on: those kept, and new ones."""

    def __init__(self, memory: Memory | None = None) -> None:
        self._memory = memory or Memory()

    @staticmethod
    def key(
        dialect: str,
        sql: str,
        declared: Iterable[TableName],
        columns: Mapping[TableName, tuple[str, ...]],
    ) -> str:
        """Return what tells SQL from other SQL, and what is known of what it reads."""
        known = sorted((name, columns.get(name, ())) for name in declared)
        said = repr((dialect, sql, known))
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()

    def get(self, key: str) -> Analysis | None:
        """Return what is known of the SQL with this key."""
        found = self._memory.get(key)
        return None if found is None else Analysis(found[0], Form(*found[1:]))

    def put(self, key: str, analysis: Analysis) -> None:
        """Remember what SQL says."""
        self._memory.put(key, (analysis.columns, *analysis.form.values()))
