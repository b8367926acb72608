"""Everything that renders a project's templates, made once a command."""

from collections.abc import Callable, Mapping
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from warehouse.jinja.adapter import Adapter, Database
from warehouse.jinja.invocation import TEXT, Invocation, Var
from warehouse.jinja.macros import Lazy, MacroLibrary, Scope
from warehouse.jinja.names import Log, base_names
from warehouse.jinja.native import Native
from warehouse.jinja.runtime_config import Resolver, RuntimeConfig
from warehouse.jinja.table import Table
from warehouse.jinja.template import Rendered, Template
from warehouse.project.files import SourceFile

RESOLVERS = frozenset({"ref", "source"})


class Templates:
    """The compiled templates of a project, and the scopes to render them in."""

    def __init__(
        self, library: MacroLibrary, invocation: Invocation, log: Log, dialect: str
    ) -> None:
        self.library = library
        self.invocation = invocation
        self.native = Native(library.environment)
        self.dialect = dialect
        self._templates: dict[tuple[str, int, str], Template] = {}
        self._config = RuntimeConfig(invocation, invocation.project)
        self._base = base_names(invocation, log)

    @cached_property
    def _target(self) -> dict[str, Any]:
        return self.invocation.target_values()

    def marking(self) -> "Templates":
        """Return what renders the same, with marks in what macros write, in silence."""
        library = self.library.marking()
        return Templates(library, self.invocation, lambda *_: None, self.dialect)

    def template(self, file: SourceFile) -> Template:
        """Return the file compiled; the same text of the same file only once."""
        key = (file.path, file.begins, file.text)
        if key not in self._templates:
            self._templates[key] = Template(self.library.environment, file)
        return self._templates[key]

    def scope(
        self,
        package: str,
        values: Mapping[str, Any],
        database: Callable[[], Database],
    ) -> Scope:
        """Return the names for one rendering of a file of `package`.

        `values` are those of the node; `database` returns the open database.
        """
        invocation = self.invocation
        scope = Scope(self.library, package, dict(self._base))
        scope.values.update(
            target=Lazy(lambda: dict(self._target)),
            adapter=Adapter(scope, database, invocation.target.database, self.dialect),
            database=invocation.target.database,
            schema=invocation.target.schema,
            render=lambda text: self.text(text, scope),
            var=Var(invocation, package, lambda text: self.text(text, scope)),
            **_query_results(),
        )
        scope.values.update(values)
        for name in RESOLVERS & values.keys():
            scope.values[name] = Resolver(values[name], self._config)
        # The names themselves, whatever macros of the project hide them.
        scope.values["builtins"] = scope.values
        return scope

    def render(self, file: SourceFile, scope: Scope) -> Rendered:
        """Render a file. Raises CompileError with the file's line."""
        return self.template(file).render(scope.names(scope.package))

    def text(self, text: str, scope: Scope, file: str = TEXT) -> str:
        """Render a piece of text, a hook for example."""
        source = SourceFile(file, file, text, "")
        return self.template(source).render(scope.names(scope.package)).text


def _query_results() -> dict[str, Any]:
    """Return the names that keep the results of a rendering's queries."""
    results: dict[str, Any] = {}

    def store(name: str, response: Any = None, agate_table: Table | None = None) -> str:
        table = agate_table if agate_table is not None else Table()
        results[name] = SimpleNamespace(
            response=response, data=[tuple(row) for row in table], table=table
        )
        return ""

    def store_raw(name: str, *, agate_table: Table | None = None, **raw: Any) -> str:
        return store(name, SimpleNamespace(**raw), agate_table)

    return {
        "load_result": results.get,
        "store_result": store,
        "store_raw_result": store_raw,
    }
