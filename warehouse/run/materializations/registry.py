"""The materializations by name."""

from collections.abc import Mapping

from warehouse.errors import CompileError, nearest
from warehouse.manifest.nodes import Node
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
    "view": view,
    "table_function": table_function,
    "seed": seed,
    "snapshot": snapshot,
}
_OF_PYTHON = ("table", "incremental")
_UNBUILT = ("ephemeral", "test")  # what leaves nothing by itself


def check_materialization(node: Node) -> None:
    """Refuse a materialization that there is not, or not for a Python model."""
    name, known = node.materialized, {*MATERIALIZATIONS, *_UNBUILT}
    if node.is_python and name in known and name not in _OF_PYTHON:
        raise CompileError(
            f'a Python model cannot be materialized as "{name}"',
            location=node.properties or node.file.location(),
            hint=f"it can be: {', '.join(_OF_PYTHON)}",
        )
    if name not in known:
        shown = known - {"test", "seed", "snapshot"}
        raise CompileError(
            f'unknown materialization "{name}"',
            location=node.file.location(),
            hint=nearest(name, known) or f"known: {', '.join(sorted(shown))}",
        )
