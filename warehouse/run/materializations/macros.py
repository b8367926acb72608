"""Macros that take part in building a node, called with the names of the node."""

from typing import Any

from warehouse.errors import CompileError
from warehouse.jinja.adapter import Database
from warehouse.jinja.faults import located
from warehouse.jinja.macros import Scope
from warehouse.run.materializations.work import Work


def scope_of(work: Work, database: Database | None = None) -> Scope:
    """Return the names of a node that is being built: its SQL is known now.

    `database` stands between the macros and the engine.
    """
    found = database or work.engine
    scope = work.compiler.scope(work.node, lambda: found, work.batch)
    sql = work.compiled.sql if work.node.is_python else work.query()
    model = {**scope.values["model"], "compiled_code": sql, "compiled_sql": sql}
    scope.values |= {"model": model, "sql": sql, "compiled_code": sql}
    return scope


def call(scope: Scope, name: str, *arguments: Any) -> Any:
    """Call a macro by name, `package.name` too; the project's comes first.

    Raises CompileError when there is none, and at the line of a fault in it.
    """
    package, _, plain = name.rpartition(".")
    library = scope.library
    found = library.find(plain, scope.package)
    if package:
        found = library.packages.get(package, {}).get(plain)
    if found is None:
        raise CompileError(f"no macro `{name}`")
    with located(found.template.file):
        return scope.bind(found)(*arguments)
