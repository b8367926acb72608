"""The private place of a build: a copy of the current release to build upon."""

from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import ReleaseError
from warehouse.release import disk, journal
from warehouse.release.home import Home
from warehouse.release.record import DATABASE_FILE, MARTS_FOLDER, Release
from warehouse.release.states import NodeStates

STATES_FILE = "nodes.jsonl"
BASE_FILE = "base"  # the id of the current release when the candidate began
FRESH = "fresh"  # stands behind it when nothing of that release was taken


@dataclass(frozen=True, slots=True)
class Candidate:
    """A build in progress; `states` tells which of its nodes are as they should be."""

    folder: Path
    states: NodeStates

    @property
    def database_path(self) -> Path:
        """The database file; absent in a fresh candidate until it is opened."""
        return self.folder / DATABASE_FILE

    @property
    def marts(self) -> Path:
        """Where the Parquet files go."""
        return self.folder / MARTS_FOLDER


def resume_candidate(home: Home, *, of_fresh: bool = True) -> Candidate | None:
    """Return what a failed or killed build left, if it can be gone on with.

    That is: it began as the release that is still the current one, and its states are
    there, by which every node in it can be trusted or is built again. One that began
    as nothing, and so lacks nodes, is gone on with only if `of_fresh`. The lock is
    held.
    """
    with disk.reported("resume a candidate"):
        journal.settle(home)
        folder = home.candidate_folder
        base = folder / BASE_FILE
        if not (base.is_file() and (folder / STATES_FILE).is_file()):
            return None
        current = home.current_id() or ""
        known = {current, f"{current} {FRESH}"} if of_fresh else {current}
        if base.read_text(encoding="utf-8") not in known:
            return None
        try:
            return Candidate(folder, NodeStates(folder / STATES_FILE))
        except ReleaseError:
            return None  # damaged: begin again


def open_candidate(home: Home, fresh: bool = False) -> Candidate:
    """Make a candidate of the current release, or an empty one; the lock is held.

    What another build left is cleared away first. The new candidate is made under a
    scratch name and renamed, so that one of its name is never half a copy.

    Raises ReleaseError when the current release is damaged (then `fresh` still works)
    or the disk refuses.
    """
    with disk.reported("open a candidate"):
        home.releases_folder.mkdir(parents=True, exist_ok=True)
        journal.settle(home)
        if home.candidate_folder.exists():
            home.discard(home.candidate_folder)
        draft = home.scratch("candidate")
        (draft / MARTS_FOLDER).mkdir(parents=True)
        _seed(home, draft, None if fresh else home.current())
        draft.rename(home.candidate_folder)
        folder = home.candidate_folder
        return Candidate(folder, NodeStates(folder / STATES_FILE))


def _seed(home: Home, draft: Path, release: Release | None) -> None:
    if release is not None:
        published = home.folder(release.release_id) / DATABASE_FILE
        disk.copy_file(published, draft / DATABASE_FILE)
    base = home.current_id() or ""
    if base and release is None:
        base += f" {FRESH}"
    (draft / BASE_FILE).write_text(base, encoding="utf-8")
    NodeStates.create(draft / STATES_FILE, {} if release is None else release.nodes)
