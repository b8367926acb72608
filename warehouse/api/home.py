"""A project's home and releases, without reading the rest of the project.

What is done at two in the morning, a rollback above all, must not fail for a model.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import ConfigError, ReleaseError
from warehouse.project.settings import load_settings
from warehouse.release import history, journal, pins
from warehouse.release.home import Home, home_of
from warehouse.release.journal import ROLLBACK, Act
from warehouse.release.lock import build_lock
from warehouse.release.pins import Pin
from warehouse.release.record import Release


@dataclass(frozen=True, slots=True)
class Listed:
    """A release on disk; `release` is None when its `release.json` is damaged.

    `rollback` is the last one that went away from it, with the reason.
    """

    release_id: str
    is_current: bool
    release: Release | None
    fault: str | None = None
    pin: Pin | None = None
    rollback: Act | None = None


def find_home(folder: Path, named: Path | None = None) -> Home | None:
    """Return `named`, or the home that a project's settings name; None is in place.

    Raises ConfigError for settings that cannot be read.
    """
    root = folder.resolve()
    return home_of(root, named, load_settings(root).home)


def require_home(folder: Path, named: Path | None = None) -> Home:
    """Return the project's home. Raises ConfigError when it has none."""
    home = find_home(folder, named)
    if home is None:
        raise ConfigError(
            f"{folder.resolve()} has no home, so it makes no releases",
            hint='write `home = "data"` under [tool.warehouse] of pyproject.toml, '
            "or say --home FOLDER",
        )
    return home


def list_releases(home: Home) -> list[Listed]:
    """List the releases, newest first; a damaged one is listed with its fault."""
    current = home.current_id()
    pinned = pins.pins(home)
    left = {act.from_id: act for act in journal.acts(home) if act.action == ROLLBACK}
    found = []
    for release_id in home.release_ids():
        release, fault = None, None
        try:
            release = home.release(release_id)
        except ReleaseError as error:
            fault = error.message
        known = (pinned.get(release_id), left.get(release_id))
        is_current = release_id == current
        found.append(Listed(release_id, is_current, release, fault, *known))
    return found


def rollback(
    home: Home,
    to: str | None,
    reason: str | None,
    wait: float,
    warn: Callable[[str], None],
) -> Release:
    """Make an older release current, under the build lock.

    Raises LockedError, and ReleaseError when there is no such release.
    """
    with build_lock(home, "warehouse rollback", wait):
        return history.rollback(home, to, reason, warn)
