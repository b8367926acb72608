"""What SQL was once found to say, by its text: to read it takes longest."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from warehouse.compiler.reads import TableName

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


@dataclass(frozen=True, slots=True)
class Analysis:
    """The form of SQL that reads only what it declares, and its columns."""

    columns: Columns
    form: Form


class Analyses:
    """Analyses by a hash of all that they depend on: those kept, and new ones."""

    def __init__(self, kept: bytes | None = None) -> None:
        self._kept: dict[str, list[object]] = _read(kept)
        self._used: dict[str, list[object]] = {}
        self.is_new = False

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
        found = self._kept.get(key)
        if found is None:
            return None
        self._used[key] = found
        names, canonical, is_volatile, is_query = found
        columns = tuple(map(str, names)) if isinstance(names, list) else None
        return Analysis(
            columns, Form(str(canonical), bool(is_volatile), bool(is_query))
        )

    def put(self, key: str, analysis: Analysis) -> None:
        """Remember what SQL says."""
        form, names = analysis.form, analysis.columns
        self._used[key] = [
            None if names is None else list(names),
            form.canonical,
            form.is_volatile,
            form.is_query,
        ]
        self.is_new = True

    def content(self, most: int) -> bytes:
        """Return what to keep: what was used, and the rest while it is not too much."""
        kept = {} if len(self._kept) > most else self._kept
        return json.dumps({**kept, **self._used}).encode()


def _read(content: bytes | None) -> dict[str, list[object]]:
    try:
        found = json.loads(content) if content else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
