"""What a statement took at most, from the database's own profile of it."""

import re
from dataclasses import replace

from warehouse.engine.protocol import Usage

# Searched for: the profile names every operator, and reading it all would take longer
# than many a statement.
_MEMORY = re.compile(r'"peak_buffer_memory":\s*(\d+)')
_SPILLED = re.compile(r'"peak_temp_dir_size":\s*(\d+)')
LEAST_SECONDS = 0.01  # what is over sooner holds less than its profile costs to read


class Meter:
    """The peaks of one connection's statements since they were last taken."""

    def __init__(self) -> None:
        self._usage = Usage()

    def add(self, profile: str) -> None:
        """Count a statement in by DuckDB's profile of it, as JSON."""
        memory, spilled = _most(_MEMORY, profile), _most(_SPILLED, profile)
        if memory > self._usage.memory or spilled > self._usage.spilled:
            self._usage = replace(
                self._usage,
                memory=max(self._usage.memory, memory),
                spilled=max(self._usage.spilled, spilled),
            )

    def take(self) -> Usage:
        """Return the peaks and begin anew."""
        usage, self._usage = self._usage, Usage()
        return usage


def _most(name: re.Pattern[str], profile: str) -> int:
    return max(map(int, name.findall(profile)), default=0)
