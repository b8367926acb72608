"""A tiny project in a folder: written from texts, built for real, read by ourselves."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import duckdb

import warehouse
from warehouse.api.result import BuildResult
from warehouse.api.workspace import Options, Workspace
from warehouse.engine.duckdb import DuckDB
from warehouse.run.results import Message

PROJECT = {"dbt_project.yml": "name: tiny\nversion: '1.0'\n"}
RELEASED = {"pyproject.toml": "[tool.warehouse]\nhome = 'data'\n"}
STRICT = {"pyproject.toml": "[tool.warehouse]\nstrict = true\n"}


class TinyProject:
    """A project folder, what its last build was, and what the engine said."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.said: list[Message] = []
        self.result: BuildResult | None = None

    def write(self, files: Mapping[str, str]) -> None:
        """Write files by their paths; a common indentation is taken off."""
        for path, text in files.items():
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(dedent(text), encoding="utf-8")

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a piece of a file, which must stand there once."""
        text = (self.root / path).read_text()
        assert text.count(old) == 1, text
        (self.root / path).write_text(text.replace(old, new))

    def remove(self, path: str) -> None:
        """Delete a file."""
        (self.root / path).unlink()

    def workspace(self, **options: Any) -> Workspace:
        """Read the project as a command does."""
        return Workspace(self.root, Options(**options), self._hear)

    def build(
        self, *selected: str, options: Mapping[str, Any] | None = None, **request: Any
    ) -> dict[str, str]:
        """Build the selection; return each node's status by name."""
        project = warehouse.Project(self.root, Options(**(options or {})), self._hear)
        self.result = project.build(selected, **request)
        assert self.result.error is None, self.result.error
        return {r.name: str(r.status) for r in self.result.results}

    def built(self) -> set[str]:
        """Return the names of the nodes that the last build ran and did not reuse."""
        return {r.name for r in self.result.results if not r.is_reused}

    def detail(self, name: str) -> str:
        """Return all that the last build says of a node's fault."""
        (found,) = (r for r in self.result.results if r.name == name)
        return found.detail or found.message or ""

    def compiled(self, name: str, **options: Any) -> str:
        """Return a node's SQL; a template that asks the database finds it empty."""
        engine = DuckDB.open(None)
        try:
            return self.workspace(**options).compile(name, lambda: engine).sql
        finally:
            engine.close()

    def warnings(self) -> list[str]:
        """Return the warnings heard so far."""
        return [said.text for said in self.said if said.level == "warning"]

    def logged(self) -> list[str]:
        """Return what templates logged or printed for the user so far."""
        return [said.text for said in self.said if said.level in {"info", "print"}]

    @property
    def database(self) -> Path:
        """The file that was built: the current release's, or the one in place."""
        released = self.root / "data" / "current" / "warehouse.duckdb"
        return released if released.exists() else self.root / "tiny.duckdb"

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the database by a connection of our own."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def tables(self) -> dict[str, Any]:
        """Return all that a reader can see: columns, comments and rows by relation."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            described = connection.execute(
                "select schema_name, table_name, comment from duckdb_tables() "
                "union all select schema_name, view_name, comment from duckdb_views() "
                "where not internal order by all"
            ).fetchall()
            return {
                f"{schema}.{name}": (
                    comment,
                    connection.execute(
                        "select column_name, data_type, comment from duckdb_columns() "
                        "where schema_name = ? and table_name = ? "
                        "order by column_index",
                        [schema, name],
                    ).fetchall(),
                    connection.execute(
                        f'from "{schema}"."{name}" order by all'
                    ).fetchall(),
                )
                for schema, name, comment in described
            }

    def _hear(self, event: Any) -> None:
        if isinstance(event, Message):
            self.said.append(event)
