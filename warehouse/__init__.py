"""Build dbt-style SQL projects on DuckDB and publish them as releases.

>>> import warehouse
>>> project = warehouse.Project("path/to/project")  # doctest: +SKIP
>>> project.build().ok  # doctest: +SKIP
True
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from warehouse.api import BuildResult, Project
    from warehouse.errors import WarehouseError

__all__ = ["BuildResult", "Project", "WarehouseError"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: `--help` should not pay for it."""
    if name == "WarehouseError":
        from warehouse import errors  # noqa: PLC0415

        return errors.WarehouseError
    if name in __all__:
        from warehouse import api  # noqa: PLC0415

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
