"""`adapter`: the database as templates see it, in dbt's words."""

import json
from collections.abc import Callable, Iterable, Mapping
from types import SimpleNamespace
from typing import Any, Protocol

from warehouse.jinja.adapter_words import WORDS
from warehouse.jinja.column import Column
from warehouse.jinja.constraints import columns_ddl, constraints_ddl
from warehouse.jinja.faults import DatabaseNeeded
from warehouse.jinja.macros import Scope
from warehouse.jinja.relation import Relation
from warehouse.jinja.table import Table


class Database(Protocol):
    """What templates need of a database; the engine room has one."""

    def execute(self, sql: str) -> Any:
        """Run SQL; the answer has `columns` and `rows`."""

    def begin(self) -> None:
        """Begin a transaction, where the template is to say it and none is open."""

    def commit(self) -> None:
        """Commit a transaction, where the template is to say it and one is open."""

    def relations(self, schemas: Iterable[str] | None = None) -> list[Relation]:
        """List tables and views."""

    def columns(self, relation: Relation) -> list[Column]:
        """List a relation's columns."""

    def describe(self, sql: str) -> list[Column]:
        """List the columns that a query would give."""

    def create_schemas(
        self, schemas: Iterable[str], database: str | None = None
    ) -> None:
        """Create schemas."""

    def drop(self, relation: Relation) -> None:
        """Drop a table or view."""


class NoDatabase:
    """Answers while parsing, when there is no database: nothing exists."""

    def begin(self) -> None:
        """Begin nothing."""

    def commit(self) -> None:
        """Commit nothing."""

    def execute(self, _: str) -> Any:
        """Return an empty result."""
        return SimpleNamespace(columns=(), rows=[])

    def relations(self, _: Iterable[str] | None = None) -> list[Relation]:
        """Return no relations."""
        return []

    def columns(self, _: Relation) -> list[Column]:
        """Return no columns."""
        return []

    def describe(self, _: str) -> list[Column]:
        """Return no columns."""
        return []

    def create_schemas(self, _: Iterable[str], __: str | None = None) -> None:
        """Create nothing."""

    def drop(self, _: Relation) -> None:
        """Drop nothing."""


def _plain(value: Any) -> Any:
    """Return a list or struct as its JSON, as dbt hands them to templates."""
    is_nested = isinstance(value, list | tuple | dict)
    return json.dumps(value, default=str) if is_nested else value


class Adapter:
    """dbt's adapter methods over a database that is opened when first asked.

    `database` returns the open database, or raises DatabaseNeeded.
    """

    def __init__(
        self,
        scope: Scope,
        database: Callable[[], Database],
        default_database: str,
        dialect: str,
    ) -> None:
        self._scope = scope
        self._database = database
        self._default = default_database
        self._dialect = dialect
        self._print: Callable[[str], object] = scope.values["print"]

    def type(self) -> str:
        """Return the database's kind."""
        return self._dialect

    def __getattr__(self, name: str) -> Any:
        """Return a method that needs no database."""
        try:
            return WORDS[name]
        except KeyError:
            raise AttributeError(
                f"'Adapter' object has no attribute {name!r}", name=name, obj=self
            ) from None

    @staticmethod
    def quote(identifier: str) -> str:
        """Return `identifier` in SQL's double quotes."""
        return Relation.quoted(identifier)

    def dispatch(self, name: str, macro_namespace: str | None = None) -> Any:
        """Return the implementation of a macro for this database."""
        macro = self._scope.library.dispatched(
            name,
            macro_namespace,
            (self._dialect, "default"),
            self._scope.package,
        )
        return self._scope.bind(macro)

    def execute(
        self,
        sql: str,
        auto_begin: bool = False,
        fetch: bool = False,
        limit: int | None = None,
    ) -> tuple[str, Table]:
        """Run SQL; return dbt's response and, with `fetch`, the rows."""
        if auto_begin:
            self._database().begin()
        result = self._database().execute(sql)
        rows = [tuple(map(_plain, row)) for row in result.rows[:limit]]
        return "OK", Table(result.columns, rows, self._print) if fetch else Table()

    def commit(self) -> str:
        """Commit what a materialization of the project's own has begun."""
        self._database().commit()
        return ""

    def get_relation(
        self, database: str | None, schema: str, identifier: str
    ) -> Relation | None:
        """Return the table or view of this name if it exists."""
        wanted = Relation(database or self._default, schema, identifier)
        for relation in self._database().relations([schema]):
            if relation == wanted:
                return relation
        return None

    def load_relation(self, relation: Relation) -> Relation | None:
        """Return the relation as it stands in the database, if it does."""
        return self.get_relation(
            relation.database, relation.schema or "", relation.identifier or ""
        )

    def list_relations(self, database: str | None, schema: str) -> list[Relation]:
        """List the tables and views of a schema."""
        wanted = (database or self._default).lower()
        found = self._database().relations([schema])
        return [relation for relation in found if relation.key[0] == wanted]

    def list_relations_without_caching(self, relation: Relation) -> list[Relation]:
        """List the tables and views of a relation's schema."""
        return self.list_relations(relation.database, relation.schema or "main")

    def get_columns_in_relation(self, relation: Relation) -> list[Column]:
        """List a relation's columns."""
        return self._database().columns(relation)

    def get_column_schema_from_query(self, sql: str) -> list[Column]:
        """List the columns that a query would give."""
        return self._database().describe(sql)

    @staticmethod
    def get_hard_deletes_behavior(config: Any) -> str:
        """Return what a snapshot does about rows that are gone from its source."""
        if config.get("invalidate_hard_deletes"):
            return "invalidate"
        return str(config.get("hard_deletes") or "ignore")

    def get_missing_columns(self, first: Relation, second: Relation) -> list[Column]:
        """List the columns of `first` that `second` lacks."""
        known = {column.name.lower() for column in self._database().columns(second)}
        return [
            column
            for column in self._database().columns(first)
            if column.name.lower() not in known
        ]

    def render_raw_columns_constraints(
        self, raw_columns: Mapping[str, Mapping[str, Any]]
    ) -> list[str]:
        """Return each column's definition in a `create table`, from `model.columns`."""
        return columns_ddl(raw_columns)

    def render_raw_model_constraints(
        self, raw_constraints: Iterable[Mapping[str, Any]]
    ) -> list[str]:
        """Return a table's own constraints as SQL, from `model.constraints`."""
        return constraints_ddl(raw_constraints)

    def external_root(self) -> str:
        """Return the folder of external files, as the profile says."""
        return str(self._scope.values["target"].get("external_root") or ".")

    def already_exists(self, schema: str, identifier: str) -> bool:
        """Whether a table or view of this name exists."""
        return self.get_relation(None, schema, identifier) is not None

    def check_schema_exists(self, database: str, schema: str) -> bool:
        """Whether the schema exists."""
        del database
        found = self._database().execute(
            "select schema_name from information_schema.schemata"
        )
        return any(row[0].lower() == schema.lower() for row in found.rows)

    def location_exists(self, location: str) -> bool:
        """Whether a file can be read."""
        try:
            self._database().execute(f"select 1 from '{location}' where 1=0")
        except Exception as error:
            if isinstance(error, DatabaseNeeded):
                raise
            return False
        return True

    def add_query(self, sql: str, auto_begin: bool = True, **_: Any) -> tuple[str, Any]:
        """Run SQL, of which nothing is wanted back."""
        return self.execute(sql, auto_begin)

    def truncate_relation(self, relation: Relation) -> None:
        """Take all rows out of a table."""
        self._database().execute(f"truncate table {relation}")

    def drop_schema(self, relation: Relation) -> None:
        """Drop a relation's schema with all that is in it."""
        schema = relation.without_identifier()
        self._database().execute(f"drop schema if exists {schema} cascade")

    def warn_once(self, message: str) -> str:
        """Warn of something."""
        return str(self._scope.values["exceptions"].warn(message))

    def create_schema(self, relation: Relation) -> None:
        """Create a relation's schema."""
        schema = relation.schema or "main"
        self._database().create_schemas([schema], relation.database)

    def drop_relation(self, relation: Relation | None) -> None:
        """Drop a table or view if it exists."""
        if relation is not None:
            self._database().drop(relation)

    def rename_relation(self, old: Relation, new: Relation) -> None:
        """Give a table or view another name in its schema."""
        kind = "view" if old.is_view else "table"
        name = Relation.quoted(new.identifier or "")
        self._database().execute(f"alter {kind} {old} rename to {name}")
