"""A unit test's query: the model over given rows, and what it should give."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from warehouse.compiler.compile import Compiler, with_clause
from warehouse.compiler.compiled import Compiled, Origin
from warehouse.compiler.fixtures import fixture_sql
from warehouse.errors import CompileError
from warehouse.jinja.adapter import Database
from warehouse.jinja.macros import Scope
from warehouse.jinja.relation import Relation
from warehouse.manifest.nodes import Fixture, Node, Source, UnitTest
from warehouse.manifest.recorder import read_ref
from warehouse.project.seeds import rows

CTE = "__dbt__cte__"
INCREMENTAL = "macro.dbt.is_incremental"


class UnitCompiler:
    """Compiles one unit test; `database` returns the open database."""

    def __init__(
        self, compiler: Compiler, node: Node, database: Callable[[], Database]
    ) -> None:
        if node.unit is None:
            raise ValueError(f"{node.unique_id} is no unit test")
        self.compiler = compiler
        self.node = node
        self.unit: UnitTest = node.unit
        self.database = database
        self.model = compiler.manifest.nodes[node.depends_on[0]]
        self._given = dict(zip(self.unit.inputs, self.unit.given, strict=True))

    def actual(self) -> Compiled:
        """Return the model's SQL with the given rows in front, as CTEs.

        Raises CompileError, for a reference without rows above all.
        """
        self._check_incremental()
        scope = self._scope()
        rendered = self.compiler.templates.render(self.model.file, scope)
        body = Origin(0, 0, rendered, self.model)
        if not self._given:
            return Compiled(self.model, rendered.text, (body,))
        cut, opening, closing = with_clause(rendered.text, self.compiler.dialect)
        inputs = ", ".join(
            f"{self._cte(key)} as (\n{self._rows(key, fixture, scope)}\n)"
            for key, fixture in self._given.items()
        )
        text = f"{rendered.text[:cut]}{opening}{inputs}{closing}"
        origins = (body, Origin(len(text), cut, rendered, self.model))
        return Compiled(self.model, text + rendered.text[cut:], origins)

    def expected(self, columns: Mapping[str, str]) -> tuple[str, list[str]]:
        """Return the query of the expected rows, and the columns to compare.

        `columns` are those that the model gives, with their types.
        """
        fixture = self.unit.expect
        if isinstance(fixture.rows, str):
            return self._text(fixture.rows, self._scope()), list(columns)
        given = fixture.rows or []
        wanted = [str(name) for name in given[0]] if given else list(columns)
        what = f"the model {self.model.name}"
        sql = fixture_sql(given, columns, wanted, what, fixture.location)
        return sql, wanted

    def _check_incremental(self) -> None:
        macros = self.unit.overrides["macros"]
        if INCREMENTAL not in self.model.macros:
            return
        if not isinstance(macros.get("is_incremental"), bool):
            raise self._error(
                f"{self.model.name} asks is_incremental(), and the test does not say",
                "write `overrides: {macros: {is_incremental: true}}`, or false",
            )
        if macros["is_incremental"] and self.model.unique_id not in self._given:
            raise self._error(
                f"{self.model.name} is tested as incremental, without rows of `this`",
                "give its rows before the run: `- input: this`",
            )

    def _error(self, message: str, hint: str) -> CompileError:
        return CompileError(message, location=self.node.properties, hint=hint)

    def _scope(self) -> Scope:
        """Return the model's names, with what the test puts in their place."""
        scope = self.compiler.scope(self.model, self.database)
        overrides = self.unit.overrides
        scope.overrides = overrides["macros"]
        invocation = self.compiler.templates.invocation
        variables = {**invocation.command_vars, **overrides["vars"]}
        scope.values["var"] = replace(
            scope.values["var"],
            invocation=replace(invocation, command_vars=variables),
        )
        names = {
            "ref": self._ref,
            "source": self._source,
            "this": self._this(),
            "env_var": self._env_var(scope.values["env_var"]),
        }
        scope.values.update(names)
        scope.values["builtins"].update(ref=self._ref, source=self._source)
        return scope

    def _env_var(self, original: Any) -> Callable[..., str]:
        given = self.unit.overrides["env_vars"]

        def env_var(name: str, default: str | None = None) -> str:
            return str(given[name]) if name in given else str(original(name, default))

        return env_var

    def _this(self) -> Relation | None:
        if self.model.unique_id in self._given:
            return self._relation(self.model.unique_id)
        return self.model.relation

    def _ref(self, *names: str, version: Any = None, v: Any = None) -> Relation:
        ref = read_ref(*names, version=v if version is None else version)
        found = self.compiler.names.resolve(self.model, ref)
        return self._given_relation(found, f"ref({', '.join(map(repr, names))})")

    def _source(self, *names: str) -> Relation:
        for key in self._given:
            found = self.compiler.manifest[key]
            if isinstance(found, Source) and (found.source_name, found.name) == names:
                return self._relation(key)
        return self._given_relation(None, f"source{names}")

    def _given_relation(self, unique_id: str | None, call: str) -> Relation:
        if unique_id is None or unique_id not in self._given:
            raise self._error(
                f"the unit test {self.node.name} gives no rows for {call}",
                f"add `- input: {call}` with `rows: []` under `given`",
            )
        return self._relation(unique_id)

    def _cte(self, unique_id: str) -> str:
        found = self.compiler.manifest[unique_id]
        name = found.name
        if isinstance(found, Source):
            name = f"{found.source_name}__{name}"
        elif found.relation is not None and found.relation.identifier:
            name = found.relation.identifier.removeprefix(CTE)
        return Relation.quoted(CTE + name)

    def _relation(self, unique_id: str) -> Relation:
        name = self._cte(unique_id)
        return Relation(None, None, name, "cte").quote(identifier=False)

    def _rows(self, unique_id: str, fixture: Fixture, scope: Scope) -> str:
        if isinstance(fixture.rows, str):
            return self._text(fixture.rows, scope)
        found = self.compiler.manifest[unique_id]
        given = fixture.rows
        if given is None:
            seed = found.seed if isinstance(found, Node) else None
            if seed is None:
                raise CompileError(
                    f"{fixture.call} is no seed, so it has no rows of its own",
                    location=fixture.location,
                    hint="write `rows:`",
                )
            given = rows(seed.file, str(found.config.get("delimiter") or ","))
        columns = self._columns(found, fixture)
        return fixture_sql(given, columns, columns, fixture.call, fixture.location)

    def _text(self, sql: str, scope: Scope) -> str:
        place = self.node.properties
        return self.compiler.templates.text(sql, scope, place.file if place else "")

    def _columns(self, found: Node | Source, fixture: Fixture) -> dict[str, str]:
        """Return an input's columns and types as the database has them."""
        if isinstance(found, Node) and found.is_ephemeral:
            sql = self.compiler.compile(found, self.database).sql
            return described(self.database(), sql)
        relation = found.relation
        columns = self.database().columns(relation) if relation is not None else []
        if not columns:
            raise CompileError(
                f"the columns of {fixture.call} are not known: {relation} does not "
                "exist yet",
                location=fixture.location,
                hint=f"build it first: warehouse build --select {found.name}",
            )
        return {column.name: column.dtype for column in columns}


def described(database: Database, sql: str) -> dict[str, str]:
    """Return the columns and types that a query gives."""
    found = database.execute(f"select * from (\n{sql}\n) limit 0")
    return dict(zip(found.columns, found.types, strict=True))
