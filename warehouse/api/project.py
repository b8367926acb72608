"""A project to build, from Python."""

from collections.abc import Sequence
from typing import Any

from warehouse.api.build import build
from warehouse.api.request import Request
from warehouse.api.result import BuildResult
from warehouse.api.workspace import Workspace


class Project(Workspace):
    """A dbt-style project: its configuration, its manifest, its releases.

    `warehouse.Project("folder").build()` is all that a scheduler needs.
    """

    def build(
        self, selected: Sequence[str] = (), excluded: Sequence[str] = (), **options: Any
    ) -> BuildResult:
        """Build the chosen nodes with their tests; with a home, publish a release.

        `options` are the other fields of `warehouse.api.build.Request`. Raises
        WarehouseError before anything runs; what fails later is in the result.
        """
        return build(self, Request(selected, excluded, **options))
