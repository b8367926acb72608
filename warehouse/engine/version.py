"""What the database is to fingerprints: known without importing it."""

import json
from importlib import metadata

from warehouse.project.profile import Target

# What a profile says of a connection that may change what SQL gives.
_SAID = ("settings", "config_options", "extensions", "attach")
# What changes how much a statement may take, and never its rows.
_LIMITS = frozenset(
    {"memory_limit", "max_memory", "threads", "worker_threads", "temp_directory",
     "max_temp_directory_size"}
)  # fmt: skip


def version() -> str:
    """Return the database's name and version."""
    return f"duckdb {metadata.version('duckdb')}"


def database_of(target: Target) -> str:
    """Return what fingerprints call a target's database: another may build others.

    Its version, and what the profile sets: half of five is two with one setting.
    """
    said = {key: target.output.get(key) for key in _SAID if target.output.get(key)}
    known = {
        key: {k: v for k, v in value.items() if k not in _LIMITS}
        if isinstance(value, dict)
        else value
        for key, value in said.items()
    }
    text = json.dumps(known, sort_keys=True, default=str) if known else ""
    return f"{version()} {text}".rstrip()
