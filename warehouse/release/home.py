"""The folder in which a warehouse's releases live, and what it holds."""

import os
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from warehouse.errors import ReleaseError, nearest
from warehouse.release import disk
from warehouse.release.record import Release, read_release

# A time in UTC and its microseconds: sortable as text, unique within a home because
# `new_release_id` never gives a time that is not after the last one.
STAMP = "%Y%m%dT%H%M%SZ-%f"
RELEASE_ID = re.compile(r"\d{8}T\d{6}Z-\d{6}")
SCRATCH = ".tmp-"  # nobody's, once the build lock is held


def is_release_id(name: str) -> bool:
    """Whether a name is a release's: a moment, and one that there is.

    >>> [is_release_id(f"2026{day}T020000Z-000000") for day in ("1123", "1399")]
    [True, False]
    """
    if RELEASE_ID.fullmatch(name) is None:
        return False
    try:
        datetime.strptime(name, STAMP).replace(tzinfo=UTC)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Home:
    """A warehouse's folder; it need not exist yet."""

    path: Path

    @property
    def current_link(self) -> Path:
        """The pointer: a relative link to the folder of the current release."""
        return self.path / "current"

    @property
    def releases_folder(self) -> Path:
        """Where each release has a folder of its id."""
        return self.path / "releases"

    @property
    def candidate_folder(self) -> Path:
        """The build in progress, or the failed one."""
        return self.path / "candidate"

    @property
    def runs_folder(self) -> Path:
        """Where each run leaves its results and log."""
        return self.path / "runs"

    @property
    def lock_file(self) -> Path:
        """The build lock; never deleted."""
        return self.path / "build.lock"

    @property
    def pins_folder(self) -> Path:
        """Where each pinned release has a file of its id."""
        return self.path / "pins"

    @property
    def history_file(self) -> Path:
        """Every publication, rollback and pin, a line each."""
        return self.path / "history.jsonl"

    @property
    def intent_file(self) -> Path:
        """The move of the pointer that is going on; absent at rest."""
        return self.path / "intent.json"

    def scratch(self, label: str) -> Path:
        """Return a new name in the home for what is not there yet, or not any more."""
        return self.path / f"{SCRATCH}{label}-{secrets.token_hex(4)}"

    def folder(self, release_id: str) -> Path:
        """Return where a release of this id stands."""
        return self.releases_folder / release_id

    def current_id(self) -> str | None:
        """Return the id that the pointer names, whether or not it is whole."""
        link = self.current_link
        if not os.path.lexists(link):
            return None
        if not link.is_symlink():
            raise ReleaseError(
                f"{link} is not a link to a release",
                hint="move it away, then warehouse rollback --to a release",
            )
        return link.readlink().name

    def release_ids(self) -> list[str]:
        """List the ids of the releases on disk, newest first; strangers are none."""
        if not self.releases_folder.is_dir():
            return []
        entries = self.releases_folder.iterdir()
        names = (entry.name for entry in entries if entry.is_dir())
        return sorted(filter(is_release_id, names), reverse=True)

    def current(self) -> Release | None:
        """Read the current release; None before the first.

        Raises ReleaseError when it is damaged.
        """
        release_id = self.current_id()
        return None if release_id is None else read_release(self.folder(release_id))

    def releases(self) -> list[Release]:
        """Read all releases, newest first; raises ReleaseError when one is damaged."""
        return [read_release(self.folder(name)) for name in self.release_ids()]

    def release(self, named: str) -> Release:
        """Read a release that is named as `find` knows it."""
        return read_release(self.folder(self.find(named)))

    def find(self, named: str) -> str:
        """Return the id of a release that is named by its id or the beginning of it.

        `current` and `previous`, the one before that in time, are names too.

        Raises ReleaseError with the nearest ids.
        """
        known = self.release_ids()
        current = self.current_id()
        older = [name for name in known if current is not None and name < current]
        words = {"current": current, "previous": older[0] if older else None}
        begun = [name for name in known if named and name.startswith(named)]
        found = named if named in known else words.get(named)
        if found is not None:
            return found
        if len(begun) == 1:
            return begun[0]
        hint = nearest(named, known) or f"there are {', '.join(known) or 'none'}"
        if begun:
            hint = f"so begin {', '.join(begun)}"
        raise ReleaseError(f'there is no release "{named}" in {self.path}', hint=hint)

    def new_release_id(self, now: datetime | None = None) -> str:
        """Return an id that sorts after all there are, even when the clock jumped."""
        moment = (now or datetime.now(UTC)).astimezone(UTC)
        for last in self.release_ids()[:1]:
            taken = datetime.strptime(last, STAMP).replace(tzinfo=UTC)
            moment = max(moment, taken + timedelta(microseconds=1))
        return moment.strftime(STAMP)

    def discard(self, path: Path) -> None:
        """Take a folder away: first its name, in one step, then what is in it."""
        trash = self.scratch("trash")
        path.rename(trash)
        disk.remove(trash)

    def sweep(self) -> None:
        """Remove what killed builds left under scratch names; the lock is held."""
        for leftover in self.path.glob(f"{SCRATCH}*"):
            disk.remove(leftover)


def home_of(root: Path, named: Path | None, setting: str | None) -> Home | None:
    """Return the home that the command names, else the project's setting, else none.

    A setting counts from the project's folder, a command's path from the current one.
    """
    if named is not None:
        return Home(named.resolve())
    return Home(root / setting) if setting else None
