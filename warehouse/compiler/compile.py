"""From a node to the SQL that runs."""

from collections.abc import Callable, Iterable, Iterator
from copy import copy
from dataclasses import replace
from functools import cached_property
from itertools import chain
from typing import Any

from sqlglot.tokens import TokenType

from warehouse.compiler.analyses import Analyses, Analysis, Form
from warehouse.compiler.batches import Batch
from warehouse.compiler.columns import output_columns
from warehouse.compiler.compilations import Compilation, Compilations
from warehouse.compiler.compiled import Compiled, Origin
from warehouse.compiler.names import NodeNames, unseen_hint
from warehouse.compiler.reads import TableName, TableRead, parse, tables_read
from warehouse.compiler.recipe import recipe_of
from warehouse.compiler.stand_ins import StandIns
from warehouse.compiler.tokens import canonical, is_volatile, tokens
from warehouse.errors import (
    CompileError,
    ConfigError,
    WarehouseError,
    nearest,
)
from warehouse.jinja.adapter import Database, NoDatabase
from warehouse.jinja.invocation import Reading
from warehouse.jinja.macros import BUILT_IN, Lazy, Scope
from warehouse.jinja.relation import Relation
from warehouse.jinja.template import Rendered
from warehouse.jinja.templates import Templates
from warehouse.manifest.hooks import Hook
from warehouse.manifest.known_tests import KnownTests
from warehouse.manifest.link import REFERABLE
from warehouse.manifest.manifest import Manifest
from warehouse.manifest.nodes import Node, Source
from warehouse.manifest.test_arguments import test_arguments
from warehouse.project.seeds import header

JUDGE = "get_test_sql"  # the macro that makes a verdict of a test's rows
THE_ROWS = "\0"  # stands for a test's query; no SQL has it


def _thresholds(node: Node) -> tuple[str, str, str]:
    """Return what of a test's rows is counted, and which counts are too many."""
    config = node.config
    return (
        str(config.get("fail_calc") or "count(*)"),
        str(config.get("warn_if") or "!= 0"),
        str(config.get("error_if") or "!= 0"),
    )


class Compiler:
    """Compiles the nodes of one manifest."""

    def __init__(
        self,
        manifest: Manifest,
        templates: Templates,
        dialect: str,
        selected: tuple[str, ...] = (),
        stand_ins: StandIns | None = None,
    ) -> None:
        self.manifest = manifest
        self.analyses = Analyses()
        self.compilations = Compilations(manifest)
        self.templates = templates
        self.dialect = dialect
        self.reading = templates.invocation.reading
        self.names = NodeNames(manifest, selected, stand_ins, self.reading)
        self._columns: dict[TableName, tuple[str, ...]] = {}
        self._spellings: dict[str, tuple[TableName, ...]] = {}
        self._known_tests = KnownTests()
        self._judges: dict[tuple[str, ...], str] = {}

    def compile(
        self,
        node: Node,
        database: Callable[[], Database],
        batch: Batch | None = None,
        *,
        is_incremental: bool | None = None,
    ) -> Compiled:
        """Render a node, or one batch of it, and read its SQL.

        `is_incremental` says what the macro answers, whatever stands in the database.

        `database` returns the open database, or raises DatabaseNeeded, which then
        comes out of here. Raises CompileError.
        """
        if node.seed is not None:
            delimiter = str(node.config.get("delimiter") or ",")
            names = header(node.seed.file, node.file.path, delimiter)
            return Compiled(node, "", (), names)
        if node.is_python:
            return Compiled(node, node.file.text, ())
        scope = self.scope(node, database, batch)
        if batch is not None and self.refreshes(node):
            is_incremental = False  # as in dbt, though the table is there by now
        if is_incremental is not None:
            scope.overrides = {**scope.overrides, "is_incremental": is_incremental}
        rendered = self._render(node, scope)
        sql, origins = self._with_ephemeral(node, rendered, database)
        known, reads = self._analysed(node, sql, self._as_judged(node, sql, scope))
        self._know(node, known.columns)
        undeclared = tuple(self._undeclared(node, reads))
        return Compiled(
            node,
            sql,
            origins,
            known.columns,
            undeclared,
            known.form,
            is_closed=not reads,
            marked=self._marked,
        )

    def _marked(self, node: Node) -> str:
        """Render a node with marks; the empty text where that fails."""
        other = copy(self)
        try:
            other.templates = self._marking
            return other.templates.render(node.file, other.scope(node, NoDatabase)).text
        except WarehouseError:
            return ""

    @cached_property
    def _marking(self) -> Templates:
        return self.templates.marking()

    def recall(self, node: Node) -> Compiled | None:
        """Return a node as it was compiled before, if it would come to the same."""
        found = self.compilations.get(node, self.reading)
        if found is None:
            return None
        self._know(node, found.columns)
        return Compiled(
            node,
            found.sql,
            (),
            found.columns,
            form=found.form,
            is_closed=True,
            recipe=found.recipe,
            anew=lambda: self.compile(node, NoDatabase),
        )

    def remember(self, compiled: Compiled, reading: Reading) -> Compiled:
        """Keep what a node was compiled to, without a database and without a word.

        `reading` is what its template asked for. Returns it with its recipe.
        """
        if not compiled.is_closed or compiled.form is None:
            return compiled
        recipe = recipe_of(compiled.node, compiled.form)
        found = Compilation(compiled.sql, compiled.columns, compiled.form, recipe)
        self.compilations.put(compiled.node, found, reading)
        return replace(compiled, recipe=recipe)

    def _know(self, node: Node, columns: tuple[str, ...] | None) -> None:
        self.compilations.know(node, columns)
        if columns is not None and node.relation is not None:
            self._columns |= dict.fromkeys(_spellings(node.relation), columns)

    def _analysed(
        self, node: Node, sql: str, judged: list[Any] | None
    ) -> tuple[Analysis, list[TableRead]]:
        """Return what a node's SQL says, and what it reads that is not next above it.

        `judged` are the tokens that its form is to be made of, if not its own. What is
        kept for later rests on the SQL and on the columns of what it declares, alone.
        """
        inside = self._ephemeral_upstream(node)
        ids = [node.unique_id, *node.depends_on]
        declared = self._spelled(chain(ids, *(above.depends_on for above in inside)))
        upstream = {n: self._columns[n] for n in declared if n in self._columns}
        key = Analyses.key(self.dialect, sql, declared, upstream)
        known = self.analyses.get(key) if judged is None else None
        if known is not None:
            return known, []
        found = tokens(sql, self.dialect)
        is_known = self._known_tests.reads_one(node)
        tree = None if is_known and not inside else parse(sql, self.dialect, found)
        reads = list(tables_read(tree)) if tree is not None else []
        others = [read for read in reads if read.name not in declared]
        columns = output_columns(tree, self._columns if others else upstream)
        known = Analysis(columns, _form(sql, self.dialect, judged or found))
        if not others and judged is None:
            self.analyses.put(key, known)
        return known, others

    def _as_judged(self, node: Node, sql: str, scope: Scope) -> list[Any] | None:
        """Return the tokens of the query that judges a test, if not dbt's own does.

        A fingerprint must cover what a project makes of `get_test_sql`.
        """
        if node.resource_type != "test" or self._has_own_judge(node):
            return None
        return tokens(self._judged(node, sql, scope), self.dialect)

    def judged(self, node: Node, sql: str, database: Callable[[], Database]) -> str:
        """Return the query that counts and judges the rows of a test's own.

        The engine's own macro sees only its arguments, so that it is rendered once for
        all tests with the same thresholds.
        """
        if not self._has_own_judge(node):
            return self._judged(node, sql, self.scope(node, database))
        key = (node.package, *_thresholds(node))
        if key not in self._judges:
            scope = self.scope(node, database)
            self._judges[key] = self._judged(node, THE_ROWS, scope)
        return self._judges[key].replace(THE_ROWS, sql)

    def _has_own_judge(self, node: Node) -> bool:
        """Whether the engine's macro judges the node, and nobody's in its place."""
        library, kinds = self.templates.library, (self.dialect, "default")
        macro = library.find(JUDGE, node.package)
        inner = library.dispatched(JUDGE, BUILT_IN, kinds, node.package)
        return {macro and macro.package, inner.package} == {BUILT_IN}

    def _judged(self, node: Node, sql: str, scope: Scope) -> str:
        macro = self.templates.library.find(JUDGE, node.package)
        if macro is None:
            raise ConfigError(f"no macro `{JUDGE}`")
        limit = None  # it stands in the query
        return str(scope.bind(macro)(sql, *_thresholds(node), limit))

    def hooks(
        self, node: Node, hooks: Iterable[Hook], database: Callable[[], Database]
    ) -> Iterator[str]:
        """Render a node's hooks, each when its turn has come; empty ones go."""
        scope = self.scope(node, database)
        for hook in hooks:
            text = self.templates.text(hook.sql, scope, node.file.path)
            if text.strip():
                yield text

    def refreshes(self, node: Node) -> bool:
        """Whether an incremental model is to be built from nothing."""
        configured = node.config.get("full_refresh")
        said = self.templates.invocation.full_refresh
        return bool(said if configured is None else configured)

    def scope(
        self,
        node: Node,
        database: Callable[[], Database],
        batch: Batch | None = None,
    ) -> Scope:
        """Return the names to render a node with."""
        names = self.names.of(node, database, batch)
        scope = self.templates.scope(node.package, names, database)
        if batch is not None:
            scope.overrides = batch.overrides()
        if node.test is not None:
            test = node.test
            scope.values["_dbt_generic_test_kwargs"] = Lazy(
                lambda: test_arguments(test, self.templates, scope, node.file.path)
            )
        return scope

    def _render(self, node: Node, scope: Scope) -> Rendered:
        if node.test is None:
            return self.templates.render(node.file, scope)
        try:
            known = self._known_tests.text(node, scope.values)
            if known is not None:
                return Rendered(known)
            rendered = self.templates.render(node.file, scope)
        except WarehouseError as error:
            error.location = node.properties
            raise
        self._known_tests.keep(node, rendered.text, scope.called, scope.values)
        return rendered

    def _with_ephemeral(
        self, node: Node, rendered: Rendered, database: Callable[[], Database]
    ) -> tuple[str, tuple[Origin, ...]]:
        """Put the ephemeral models that a node reads in front, as CTEs."""
        upstream = self._ephemeral_upstream(node)
        body = Origin(0, 0, rendered, node)
        if not upstream:
            return rendered.text, (body,)
        cut, opening, closing = with_clause(rendered.text, self.dialect)
        text = rendered.text[:cut] + opening
        origins = [body]
        for index, ephemeral in enumerate(upstream):
            inner = self._render(ephemeral, self.scope(ephemeral, database))
            text += f"{', ' if index else ''}{ephemeral.relation} as (\n"
            origins.append(Origin(len(text), 0, inner, ephemeral))
            text += f"{inner.text}\n)"
        text += closing
        origins.append(Origin(len(text), cut, rendered, node))
        return text + rendered.text[cut:], tuple(origins)

    def _ephemeral_upstream(self, node: Node) -> list[Node]:
        """List the ephemeral models below a node, each after those it reads."""
        found: dict[str, Node] = {}

        def visit(unique_id: str) -> None:
            upstream = self.manifest.nodes.get(unique_id)
            if upstream is None or not upstream.is_ephemeral or unique_id in found:
                return
            for further in upstream.depends_on:
                visit(further)
            found[unique_id] = upstream

        for unique_id in node.depends_on:
            visit(unique_id)
        return list(found.values())

    def _undeclared(self, node: Node, reads: list[TableRead]) -> list[TableRead]:
        """Return those of the tables that a node does not declare.

        Through views and ephemeral models it may: rarely, and not cheap to tell.
        """
        if not reads:
            return []
        declared = self._spelled(self.manifest.graph.ancestors([node.unique_id]))
        return [read for read in reads if read.name not in declared]

    def _spelled(self, ids: Iterable[str]) -> set[TableName]:
        """Return the names under which SQL can mean these nodes."""
        return {name for unique_id in ids for name in self._names_of(unique_id)}

    def _names_of(self, unique_id: str) -> tuple[TableName, ...]:
        known = self._spellings.get(unique_id)
        if known is None:
            node = self.manifest[unique_id]
            relations = [self.names.stand_ins.deferred.get(unique_id), node.relation]
            if node.relation is not None and node.config.get("on_bad_rows"):
                relations.append(node.relation.rejects)
            known = self._spellings[unique_id] = tuple(
                name for found in relations if found for name in _spellings(found)
            )
        return known

    def undeclared_error(self, compiled: Compiled, read: TableRead) -> CompileError:
        """Return the error for a table that is read without `ref` or `source`."""
        node = compiled.node
        for source in self._unseen(node):
            if read.name in _spellings(source.relation):
                call = f"source('{source.source_name}', '{source.name}')"
                return CompileError(
                    f"{node.name} reads {read} by a {call} that was not seen when the "
                    "file was parsed",
                    location=compiled.locate(read.offset or 0),
                    hint=unseen_hint(call),
                )
        return CompileError(
            f"{node.name} reads {read} without ref() or source()",
            location=compiled.locate(read.offset or 0),
            hint=self._declaration(read)
            or nearest(read.name[-1], self._others(node))
            or "declare it as a source in a properties file",
        )

    def _unseen(self, node: Node) -> Iterator[Source]:
        for reader in (node, *self._ephemeral_upstream(node)):
            yield from self.names.unseen(reader)

    def _others(self, node: Node) -> list[str]:
        """List what the node could refer to."""
        return [
            other.name
            for other in self.manifest.nodes.values()
            if other.resource_type in REFERABLE and other is not node
        ]

    def _declaration(self, read: TableRead) -> str | None:
        """Say how to declare the read of a table that the project knows."""
        for node in self.manifest.nodes.values():
            if node.resource_type not in REFERABLE or node.relation is None:
                continue
            if read.name in _spellings(node.relation):
                return f"write {{{{ ref('{node.name}') }}}}"
        for source in self.manifest.sources.values():
            if read.name in _spellings(source.relation):
                names = f"'{source.source_name}', '{source.name}'"
                return f"write {{{{ source({names}) }}}}"
        return None


def _form(sql: str, dialect: str, found: list[Any]) -> Form:
    return Form(
        canonical=canonical(sql, dialect, found),
        is_volatile=is_volatile(sql, dialect, found),
        is_query=bool(found),
    )


def _spellings(relation: Relation) -> list[TableName]:
    """Return the names under which SQL can mean a relation."""
    database, schema, identifier = relation.key
    names = [(identifier,), (schema, identifier), (database, schema, identifier)]
    if relation.sql is not None:  # a file, as SQL names it
        names.append((relation.sql.strip("'").lower(),))
    return names


def with_clause(sql: str, dialect: str) -> tuple[int, str, str]:
    """Return where to put CTEs into a query, and the text before and behind them."""
    found: list[Any] = tokens(sql, dialect)
    if found and found[0].token_type is TokenType.WITH:
        last = found[0]
        if len(found) > 1 and found[1].token_type is TokenType.RECURSIVE:
            last = found[1]
        return last.end + 1, " ", ","
    return 0, "with ", "\n"
