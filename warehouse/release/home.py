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
    def history_file(self) -> Path:
        """Every publication and rollback, a line each."""
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
        """List the ids of the releases on disk, newest first."""
        if not self.releases_folder.is_dir():
            return []
        names = (entry.name for entry in self.releases_folder.iterdir())
        return sorted(filter(RELEASE_ID.fullmatch, names), reverse=True)

    def current(self) -> Release | None:
        """Read the current release; None before the first.

        Raises ReleaseError when it is damaged.
        """
        release_id = self.current_id()
        return None if release_id is None else read_release(self.folder(release_id))

    def releases(self) -> list[Release]:
        """Read all releases, newest first; raises ReleaseError when one is damaged."""
        return [read_release(self.folder(name)) for name in self.release_ids()]

    def release(self, release_id: str) -> Release:
        """Read a release; raises ReleaseError with the nearest ids when unknown."""
        known = self.release_ids()
        if release_id in known:
            return read_release(self.folder(release_id))
        raise ReleaseError(
            f'there is no release "{release_id}" in {self.path}',
            hint=nearest(release_id, known)
            or f"there are {', '.join(known) or 'none'}",
        )

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
