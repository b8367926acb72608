"""The materializations by name: the engine's, and those that a project defines."""

from collections.abc import Mapping

from warehouse.errors import CompileError, nearest
from warehouse.jinja.macros import Macro, MacroLibrary
from warehouse.manifest.nodes import Node
from warehouse.run.materializations.external import external
from warehouse.run.materializations.incremental import incremental
from warehouse.run.materializations.seed import seed
from warehouse.run.materializations.snapshot import snapshot
from warehouse.run.materializations.table import table
from warehouse.run.materializations.table_function import table_function
from warehouse.run.materializations.view import view
from warehouse.run.materializations.work import Materialization

MATERIALIZATIONS: Mapping[str, Materialization] = {
    "table": table,
    "incremental": incremental,
    "external": external,
    "view": view,
    "table_function": table_function,
    "seed": seed,
    "snapshot": snapshot,
}
_OF_PYTHON = ("table", "incremental", "external")
_UNBUILT = ("ephemeral", "test")  # what leaves nothing by itself
_OF_FILES = ("seed", "test", "snapshot")  # no model names these
# The engine's own for DuckDB; the others are defaults, which `default` replaces.
_OF_DUCKDB = ("table", "table_function", "incremental", "external")
DIALECTS = ("duckdb", "default")


def custom_materialization(library: MacroLibrary, node: Node) -> Macro | None:
    """Return the macro that builds a node, None when the engine does.

    In dbt's order: one for this database before a `default` one, and of these the
    project's before a package's. A package does not replace what is built in.
    """
    name = node.materialized
    if node.resource_type not in {"model", "snapshot"}:
        return None
    is_built_in = name in MATERIALIZATIONS or name in _UNBUILT
    for dialect in DIALECTS:
        full = f"materialization_{name}_{dialect}"
        own = library.packages.get(library.project, {}).get(full)
        if own is not None:
            return own
        if is_built_in and (dialect == "default" or name in _OF_DUCKDB):
            return None
        for package, macros in library.packages.items():
            if not is_built_in and full in macros:
                return library.packages[package][full]
    return None


def check_materialization(library: MacroLibrary, node: Node) -> None:
    """Refuse a materialization that there is not, or not for a Python model."""
    name, known = node.materialized, {*MATERIALIZATIONS, *_UNBUILT}
    custom = custom_materialization(library, node)
    is_known = name in known or custom is not None
    if node.is_python and is_known and (custom or name not in _OF_PYTHON):
        raise CompileError(
            f'a Python model cannot be materialized as "{name}"',
            location=node.properties or node.file.location(),
            hint=f"it can be: {', '.join(_OF_PYTHON)}",
        )
    if not is_known:
        shown = {*(known - {*_OF_FILES}), *_defined(library)}
        raise CompileError(
            f'unknown materialization "{name}"',
            location=node.file.location(),
            hint=nearest(name, shown) or f"known: {', '.join(sorted(shown))}",
        )


def _defined(library: MacroLibrary) -> set[str]:
    """Return the names of the materializations that macros define."""
    return {
        macro.name.removeprefix("materialization_").removesuffix(f"_{dialect}")
        for macro in library
        for dialect in DIALECTS
        if macro.name.startswith("materialization_")
        and macro.name.endswith(f"_{dialect}")
    } - {*_OF_FILES}
