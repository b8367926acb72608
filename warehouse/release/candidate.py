"""The private place of a build: a copy of the current release to build upon."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from warehouse.errors import ReleaseError
from warehouse.release import disk, journal
from warehouse.release.home import Home
from warehouse.release.record import (
    DATABASE_FILE,
    MARTS_FOLDER,
    Release,
    read_release,
)
from warehouse.release.states import NodeStates, read_states, write_states
from warehouse.run.states import NodeState

STATES_FILE = "nodes.jsonl"
# The id of the current release when the candidate began; below it, the machine's boot:
# nothing in a candidate is flushed to the disk before it is published, so that after a
# crash of the machine it cannot be gone on with. A killed process leaves it whole.
BASE_FILE = "base"
FRESH = "fresh"  # stands behind it when nothing of that release was taken


@dataclass(frozen=True, slots=True)
class Source:
    """A database to take something over from, and what is known of its nodes."""

    database: Path
    states: Mapping[str, NodeState]


# Brings into a new database what must not be lost, from the first source that has it;
# returns the states of what it brought.
Heritage = Callable[[Path, Sequence[Source]], Mapping[str, NodeState]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A build in progress; `states` tells which of its nodes are as they should be."""

    folder: Path
    states: NodeStates
    is_brief: bool = False  # thrown away after a crash of the machine
    is_fresh: bool = False  # began as nothing, though there is a release
    is_resumed: bool = False  # an earlier build has worked on it

    @property
    def database_path(self) -> Path:
        """The database file; absent in a fresh candidate until it is opened."""
        return self.folder / DATABASE_FILE

    @property
    def marts(self) -> Path:
        """Where the Parquet files go."""
        return self.folder / MARTS_FOLDER


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which candidates may be gone on with.

    `of_fresh`: one that began as nothing, and so lacks nodes; `of_current`: one that
    began as a copy of the current release; `brief`: one that a crash would end.
    """

    of_fresh: bool = True
    of_current: bool = True
    brief: bool = True


ANY = Wanted()


def resume_candidate(home: Home, wanted: Wanted = ANY) -> Candidate | None:
    """Return what a failed or killed build left, if it can be gone on with.

    That is: it began as the release that is still the current one, and its states are
    there, by which every node in it can be trusted or is built again. The lock is held.
    """
    with disk.reported("resume a candidate"):
        journal.settle(home)
        found = _left(home, wanted)
        return None if found is None else replace(found, is_resumed=True)


def _left(
    home: Home,
    wanted: Wanted,
    read: Callable[[Path], Mapping[str, NodeState] | None] = lambda _: None,
) -> Candidate | None:
    """Return the candidate that stands there; `read` may say what its states are."""
    folder = home.candidate_folder
    base = folder / BASE_FILE
    files = base, folder / STATES_FILE
    if not (all(map(Path.is_file, files)) and (folder / MARTS_FOLDER).is_dir()):
        return None
    current = home.current_id() or ""
    is_of_nothing = {f"{current} {FRESH}"} if current else {""}
    known = is_of_nothing if wanted.of_fresh else set()
    if wanted.of_current:
        known = known | {current}
    text = base.read_text(encoding="utf-8", errors="replace")
    began, _, boot = text.partition("\n")
    if began not in known or (boot and (boot != disk.boot() or not wanted.brief)):
        return None
    try:
        return _candidate(folder, began, boot, read(files[1]))
    except ReleaseError:
        return None  # damaged: begin again


def peek_candidate(home: Home, wanted: Wanted = ANY) -> Mapping[str, NodeState] | None:
    """Return what is known of a candidate that can be gone on with; without the lock.

    A build may be writing it: what is said of it is true only of this moment.
    """
    with suppress(OSError, ReleaseError):
        left = _left(home, wanted, read_states)
        return None if left is None else left.states.known()
    return None


def open_candidate(
    home: Home,
    fresh: bool = False,
    heritage: Heritage | None = None,
    *,
    brief: bool = False,
) -> Candidate:
    """Make a candidate of the current release, or an empty one; the lock is held.

    `heritage` brings what is in no other place: the histories of snapshots. `brief` is
    for what can be built again: nothing is flushed to the disk before publication.

    What another build left is cleared away first. The new candidate is made under a
    scratch name and renamed, so that one of its name is never half a copy.

    Raises ReleaseError when the current release is damaged (then `fresh` still works)
    or the disk refuses.
    """
    with disk.reported("open a candidate"):
        home.releases_folder.mkdir(parents=True, exist_ok=True)
        journal.settle(home)
        draft = home.scratch("candidate")
        (draft / MARTS_FOLDER).mkdir(parents=True)
        base, known = _seed(home, draft, None if fresh else home.current(), heritage)
        boot = (disk.boot() or "") if brief else ""
        text = f"{base}\n{boot}" if boot else base
        (draft / BASE_FILE).write_text(text, encoding="utf-8")
        trash = home.scratch("trash")
        if home.candidate_folder.exists():
            home.candidate_folder.rename(trash)
        draft.rename(home.candidate_folder)
        if trash.exists():
            disk.remove(trash)
        return _candidate(home.candidate_folder, base, boot, known)


def drop_candidate(home: Home) -> None:
    """Take away what a build left, if anything; the lock is held."""
    with disk.reported("remove a candidate"):
        if os.path.lexists(home.candidate_folder):
            home.discard(home.candidate_folder)


def _candidate(
    folder: Path, began: str, boot: str, known: Mapping[str, NodeState] | None = None
) -> Candidate:
    states = NodeStates(folder / STATES_FILE, known, durable=not boot)
    return Candidate(folder, states, bool(boot), began.endswith(f" {FRESH}"))


def _seed(
    home: Home, draft: Path, release: Release | None, heritage: Heritage | None
) -> tuple[str, Mapping[str, NodeState]]:
    """Fill a draft; return the text that says what it began as, and its states."""
    if release is not None:
        published = home.folder(release.release_id) / DATABASE_FILE
        disk.copy_file(published, draft / DATABASE_FILE)
    base = home.current_id() or ""
    if base and release is None:
        base += f" {FRESH}"
    states = {} if release is None else dict(release.nodes)
    if heritage is not None:
        sources = [*_unpublished(home), *([] if release else _published(home))]
        states |= heritage(draft / DATABASE_FILE, sources)
    write_states(draft / STATES_FILE, states)
    return base, states


def _unpublished(home: Home) -> Iterator[Source]:
    """Yield what the candidate that goes holds, if it began as the current release."""
    found = _left(home, ANY)
    if found is not None and found.database_path.is_file():
        yield Source(found.database_path, found.states.known())


def _published(home: Home) -> Iterator[Source]:
    """Yield what the releases hold, the current one first, then the newest."""
    current = home.current_id()
    for name in dict.fromkeys([*([current] if current else []), *home.release_ids()]):
        path = home.folder(name) / DATABASE_FILE
        states: Mapping[str, NodeState] = {}
        with suppress(ReleaseError, OSError):
            states = read_release(home.folder(name)).nodes
        yield Source(path, states)
