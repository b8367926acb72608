"""What a statement took at most, from the database's own profile of it."""

import json
from dataclasses import replace

from warehouse.engine.protocol import Usage

LEAST_SECONDS = 0.001  # what is over sooner holds nothing worth a look


class Meter:
    """The peaks of one connection's statements since they were last taken."""

    def __init__(self) -> None:
        self._usage = Usage()

    def add(self, profile: str) -> None:
        """Count a statement in by DuckDB's profile of it, as JSON."""
        system = (json.loads(profile) if profile else {}).get("system") or {}
        self._usage = replace(
            self._usage,
            memory=max(self._usage.memory, system.get("peak_buffer_memory", 0)),
            spilled=max(self._usage.spilled, system.get("peak_temp_dir_size", 0)),
        )

    def take(self) -> Usage:
        """Return the peaks and begin anew."""
        usage, self._usage = self._usage, Usage()
        return usage
