"""A materialization that a project or a package defines: `{% materialization %}`."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import Any, Self

from warehouse.compiler.compiled import Compiled
from warehouse.engine.protocol import Engine, Result
from warehouse.errors import CompileError
from warehouse.jinja.column import Column
from warehouse.jinja.faults import located as in_template
from warehouse.jinja.macros import Macro
from warehouse.jinja.relation import Relation
from warehouse.run.describe import describe
from warehouse.run.faults import execute_around, located
from warehouse.run.materializations.macros import scope_of
from warehouse.run.materializations.work import Work

# Builds the node by one of the engine's own materializations, hooks and all.
BuiltIn = Callable[[str], object]


def build_custom(work: Work, macro: Macro, built_in: BuiltIn) -> None:
    """Let the macro build the node; it says where a transaction begins and ends.

    Raises CompileError when it does not return the relations that it made, as in dbt.
    """
    with Session(work.engine, work.compiled) as session:
        scope = scope_of(work, session)

        def by_engine(name: str) -> dict[str, list[Relation]]:
            session.commit()
            built_in(name)
            return {"relations": [work.relation]}

        def persist_docs(
            relation: Relation,
            model: Mapping[str, Any],
            for_relation: bool = True,
            for_columns: bool = True,
        ) -> str:
            del model, for_relation, for_columns  # the node's own config says it
            if relation == work.relation:
                found = replace(work.relation, type=relation.type)
                describe(work.engine, work.compiled, found, anew=False)
            return ""

        scope.values["built_in_materialization"] = by_engine
        scope.values["persist_docs"] = persist_docs
        with in_template(work.node.file):
            returned = scope.bind(macro)()
        _check(work, returned)


def _check(work: Work, returned: Any) -> None:
    name = work.node.materialized
    fault = None
    if not isinstance(returned, Mapping):
        fault = f'the materialization "{name}" returned no relations'
    elif "relations" not in returned:
        found = ", ".join(map(str, returned)) or "nothing"
        fault = f'the materialization "{name}" returned {found}, and no relations'
    elif not isinstance(returned["relations"], list):
        fault = f'the `relations` of the materialization "{name}" are no list'
    elif any(not isinstance(one, Relation) for one in returned["relations"]):
        fault = f'the `relations` of the materialization "{name}" are not all relations'
    if fault is not None:
        raise CompileError(
            fault,
            location=work.node.file.location(),
            hint="end it with {{ return({'relations': [target_relation]}) }}",
        )


class Session:
    """One connection as a macro uses it: a transaction from its first statement on.

    What is open when the macro ends is committed; after an error, rolled back.
    """

    def __init__(self, engine: Engine, compiled: Compiled) -> None:
        self._engine = engine
        self._compiled = compiled
        self._open: ExitStack | None = None

    def begin(self) -> None:
        """Begin a transaction if none is open."""
        if self._open is None:
            self._open = ExitStack()
            self._open.enter_context(self._engine.transaction())

    def commit(self) -> None:
        """Commit what is open."""
        stack, self._open = self._open, None
        if stack is not None:
            stack.close()

    def execute(self, sql: str) -> Result:
        """Run SQL; a fault of the node's own query is told at its place."""
        query = self._compiled.sql
        if query not in sql:
            return self._engine.execute(sql)
        with located(self._compiled, self._engine):
            return execute_around(self._engine, sql, query)

    def relations(self, schemas: Iterable[str] | None = None) -> list[Relation]:
        """List tables and views."""
        return self._engine.relations(schemas)

    def columns(self, relation: Relation) -> list[Column]:
        """List a relation's columns."""
        return self._engine.columns(relation)

    def describe(self, sql: str) -> list[Column]:
        """List the columns that a query would give."""
        return self._engine.describe(sql)

    def create_schemas(
        self, schemas: Iterable[str], database: str | None = None
    ) -> None:
        """Create schemas, by themselves: no template undoes that."""
        self.commit()
        self._engine.create_schemas(schemas, database)

    def drop(self, relation: Relation) -> None:
        """Drop a table or view."""
        self._engine.drop(relation)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        stack, self._open = self._open, None
        if stack is not None:
            stack.__exit__(*error)  # type: ignore[arg-type]  # as it came
