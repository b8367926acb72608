"""Pins: releases that retention must leave alone, each with who said so and why."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from fcntl import LOCK_EX, flock
from pathlib import Path

from warehouse.errors import ReleaseError
from warehouse.release import clock, disk, journal
from warehouse.release.home import Home
from warehouse.release.journal import PIN, UNPIN, Act
from warehouse.release.provenance import who
from warehouse.secrets import redacted

UNKNOWN = "?"
DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class Pin:
    """Who keeps a release, since when (UTC, ISO 8601) and why."""

    release_id: str
    time: str
    who: str
    reason: str | None = None


def pins(home: Home) -> dict[str, Pin]:
    """Return the pins by release id; one that cannot be read still pins."""
    found = home.pins_folder.glob("*.json") if home.pins_folder.is_dir() else ()
    return {path.stem: _read(path) for path in sorted(found)}


def _read(path: Path) -> Pin:
    try:
        return Pin(**json.loads(path.read_bytes()))
    except (OSError, TypeError, ValueError):
        return Pin(path.stem, UNKNOWN, UNKNOWN)


def pin(home: Home, release_id: str, reason: str | None = None) -> Pin:
    """Keep a release until it is unpinned; needs no build lock and waits for no build.

    Raises ReleaseError when there is no such release.
    """
    with disk.reported("pin a release"), changing(home):
        when, why = clock.now().time, redacted(reason)
        found = Pin(home.find(release_id), when, who(), why)
        draft = home.pins_folder / DRAFT  # a scratch name is swept up by builds
        disk.write_text(draft, json.dumps(asdict(found)))
        draft.replace(_path(home, found.release_id))
        disk.flush(home.pins_folder)
        _record(home, PIN, found)
    return found


def unpin(home: Home, release_id: str) -> Pin:
    """Leave a release to retention again; it stays until the next publication.

    Raises ReleaseError when it is not pinned.
    """
    with disk.reported("unpin a release"), changing(home):
        known = pins(home)
        named = release_id if release_id in known else home.find(release_id)
        if named not in known:
            pinned = ", ".join(known) or "nothing"
            raise ReleaseError(f"{named} is not pinned", hint=f"{pinned} is")
        _path(home, named).unlink()
        disk.flush(home.pins_folder)
        _record(home, UNPIN, Pin(named, clock.now().time, who()))
    return known[named]


@contextmanager
def changing(home: Home) -> Iterator[None]:
    """Hold off pins while old releases are removed, and the other way round.

    A lock of its own: a pin must not wait for a build of hours.
    """
    home.pins_folder.mkdir(parents=True, exist_ok=True)
    lock = os.open(home.pins_folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        flock(lock, LOCK_EX)
        yield
    finally:
        os.close(lock)  # which frees it


def _path(home: Home, release_id: str) -> Path:
    return home.pins_folder / f"{release_id}.json"


def _record(home: Home, action: str, pin: Pin) -> None:
    act = Act(pin.time, action, pin.who, None, pin.release_id, pin.reason)
    journal.append(home, act)
