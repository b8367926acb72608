"""Who hears of a build: `[tool.warehouse.job]` of pyproject.toml."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from warehouse.project.subtable import Kinds, check_table

SECTION = "tool.warehouse.job"
_KINDS: Kinds = {
    "on_success": str,
    "on_failure": str,
    "openlineage": str,
    "openlineage_namespace": str,
}


@dataclass(frozen=True, slots=True)
class Job:
    """What happens around an unattended build.

    `on_success` and `on_failure` are commands for the shell. `openlineage` is a file or
    a URL that takes OpenLineage events, `openlineage_namespace` the job's there.
    """

    on_success: str | None = None
    on_failure: str | None = None
    openlineage: str | None = None
    openlineage_namespace: str = "warehouse"

    def is_heard(self, environment: Mapping[str, str]) -> bool:
        """Whether somebody is told of a build in which all went well."""
        hook = environment.get("WAREHOUSE_ON_SUCCESS", self.on_success)
        return bool(hook or self.openlineage or environment.get("OPENLINEAGE_URL"))


def read_job(table: Any) -> Job:
    """Read the table. Raises ConfigError for an unknown key or a wrong type."""
    return Job(**check_table(table, SECTION, _KINDS))
