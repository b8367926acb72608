"""Files told apart by size, times and content: which of them changed since a moment."""

import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from warehouse.project.files import file_checksum

# Size, both times and the inode; None where nothing stands. A copy that keeps the time
# of its file still has a later `ctime`.
Look = tuple[int, ...] | None
LINK: Look = (-1,)  # a link to a folder, which no search for files follows
# How late the system's clock may tell a change of a file, in nanoseconds.
GRAIN = 20_000_000


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files at some places: how each looks, and its content's hash, if known.

    `newest` is the time in nanoseconds of the last change to any of them, or to a
    folder's names.
    """

    looks: Mapping[str, Look]
    checksums: Mapping[str, str | None]
    newest: int = 0


def look(places: Iterable[str]) -> tuple[dict[str, Look], int]:
    """Return how every file at or below these places looks, and when the last changed.

    What begins with a dot is passed over below a folder, as where the project is read.
    """
    found: dict[str, Look] = {}
    newest = 0
    queue = list(places)
    while queue:
        place = queue.pop()
        try:
            with os.scandir(place) as entries:
                newest = max(newest, Path(place).stat().st_ctime_ns)
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        queue.append(entry.path)
                    else:
                        found[entry.path] = look_of(entry.path)
        except NotADirectoryError:
            found[place] = look_of(place)
        except FileNotFoundError:
            found[place] = None
    times = (time for seen in found.values() if seen for time in seen[1:3])
    return found, max(newest, *times, 0)


def look_of(path: str | Path) -> Look:
    """Return how a file looks; `LINK` for what is none."""
    try:
        seen = os.stat(path)  # noqa: PTH116 - thousands of times before anything else
    except OSError:
        return None
    if not stat.S_ISREG(seen.st_mode):
        return LINK
    return seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino


def seen(places: Iterable[str]) -> Inputs:
    """Return how the files at these places look, without their hashes."""
    looks, newest = look(places)
    return Inputs(looks, {}, newest)


def read(places: Iterable[str]) -> Inputs:
    """Return how the files at these places look, with their hashes."""
    found = seen(places)
    checksums = {
        path: file_checksum(Path(path)) if look not in {None, LINK} else None
        for path, look in found.looks.items()
    }
    return replace(found, checksums=checksums)


def changed(before: Inputs, places: Iterable[str]) -> str | None:
    """Return the first path, by name, whose content is not as it was; None for none."""
    now, _ = look(places)
    if now == before.looks:
        return None
    for path in sorted({*now, *before.looks}):
        was, seen = before.looks.get(path), now.get(path)
        if was == seen and path in now and path in before.looks:
            continue
        if was is None or seen is None:
            return path
        if was[0] != seen[0] or LINK in {was, seen}:
            return path
        if before.checksums.get(path) != file_checksum(Path(path)):
            return path
    return None
