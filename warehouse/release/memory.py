"""What a clean build leaves for the next: from which inputs its release was made."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from warehouse.project.files import replace_text
from warehouse.project.origin import Origin
from warehouse.release.home import Home
from warehouse.release.record import DATABASE_FILE

__all__ = ["DATABASE_FILE", "Memory", "forget", "keep", "recall"]
FILE = "inputs.json"
FORMAT = 3


@dataclass(frozen=True, slots=True)
class Memory:
    """What a release was made from, and what the build came to.

    `sizes` are those of the release's files. `tallies` count the results by type and
    status, with their rows.
    """

    origin: Origin
    release_id: str
    sizes: Mapping[str, int]
    tallies: tuple[tuple[str, str, int, int | None], ...]


def keep(home: Home, memory: Memory) -> None:
    """Write the memory of the current release, in one step."""
    text = json.dumps({"format": FORMAT, **asdict(memory)})
    replace_text(home.path / FILE, text)


def forget(home: Home) -> None:
    """Take the memory away: what was published is not all that a build would do."""
    (home.path / FILE).unlink(missing_ok=True)


def recall(home: Home) -> Memory | None:
    """Return the memory, if the release that it speaks of is current and whole.

    None too for what is damaged or of another version, and while a candidate stands
    there: then there is something to build.
    """
    try:
        values = json.loads((home.path / FILE).read_bytes())
        if values.pop("format") != FORMAT:
            return None
        memory = Memory(
            **{
                **values,
                "origin": Origin.of(values["origin"]),
                "tallies": tuple(map(tuple, values["tallies"])),
            }
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return memory if _is_current(home, memory) else None


def _is_current(home: Home, memory: Memory) -> bool:
    left = (home.candidate_folder, home.intent_file)
    if any(map(os.path.lexists, left)) or home.current_id() != memory.release_id:
        return False
    folder = home.folder(memory.release_id)
    try:
        return all(
            (folder / name).stat().st_size == size
            for name, size in memory.sizes.items()
        )
    except OSError:
        return False
