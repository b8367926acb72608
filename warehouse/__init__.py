"""Build dbt-style SQL projects on DuckDB and publish them as releases.

>>> import warehouse
>>> project = warehouse.Project("path/to/project")  # doctest: +SKIP
>>> project.build().ok  # doctest: +SKIP
True
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from warehouse.api.project import Project
    from warehouse.api.result import BuildResult
    from warehouse.errors import WarehouseError

__all__ = ["BuildResult", "Project", "WarehouseError"]
_MODULES = {
    "BuildResult": "warehouse.api.result",
    "Project": "warehouse.api.project",
    "WarehouseError": "warehouse.errors",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: `--help` should not pay for it."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)
