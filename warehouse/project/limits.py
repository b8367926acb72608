"""What a build may take: `[tool.warehouse.limits]` of pyproject.toml."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from warehouse.errors import ConfigError, Location
from warehouse.project.durations import seconds_of
from warehouse.project.subtable import Kinds, check_table

_SIZE = re.compile(r"\d+(\.\d+)?\s*([KMGT]i?B|B|%)", re.IGNORECASE)
SECTION = "tool.warehouse.limits"
_KINDS: Kinds = {
    "memory_limit": str,
    "temp_directory": str,
    "max_temp_directory_size": str,
    "threads": int,
    "node_timeout": str,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a build, in DuckDB's words; None is DuckDB's own.

    `threads` are those of the database, which all nodes share; how many nodes run at
    one time is the profile's `threads`. `node_timeout` is in seconds.
    """

    memory_limit: str | None = None
    temp_directory: str | None = None
    max_temp_directory_size: str | None = None
    threads: int | None = None
    node_timeout: float | None = None

    def database(self) -> dict[str, Any]:
        """Return the options with which the database is opened."""
        found = {
            "memory_limit": self.memory_limit,
            "temp_directory": self.temp_directory,
            "max_temp_directory_size": self.max_temp_directory_size,
            "threads": self.threads,
        }
        return {name: value for name, value in found.items() if value is not None}


def read_limits(table: Any) -> Limits:
    """Read the table. Raises ConfigError for what is no limit, naming the key."""
    values = check_table(table, SECTION, _KINDS)
    for key in ("memory_limit", "max_temp_directory_size"):
        if key in values and not _SIZE.fullmatch(values[key].strip()):
            raise _error(key, values, "is no size", 'say "4GB", "512MiB" or "80%"')
    if values.get("threads", 1) < 1:
        raise _error("threads", values, "must be at least 1", None)
    timeout = None
    if "node_timeout" in values:
        timeout = seconds_of(values["node_timeout"])
        if not timeout:
            raise _error("node_timeout", values, "is no time", 'say "90s" or "30m"')
    return Limits(**{**values, "node_timeout": timeout})


def _error(
    key: str, values: Mapping[str, Any], what: str, hint: str | None
) -> ConfigError:
    return ConfigError(
        f"`{key}` in [{SECTION}] {what}: {values[key]!r}",
        location=Location("pyproject.toml"),
        hint=hint,
    )
