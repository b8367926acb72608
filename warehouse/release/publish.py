"""Publication: from a finished candidate to the current release, step by named step."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from stat import S_IMODE

from warehouse.errors import ReleaseError
from warehouse.release import clock, disk, journal
from warehouse.release.candidate import BASE_FILE, STATES_FILE, Candidate
from warehouse.release.home import Home, is_release_id
from warehouse.release.journal import PUBLISH, Act
from warehouse.release.record import DATABASE_FILE, RELEASE_FILE, Release, write_release

ANY_READ, ANY_WRITE = 0o444, 0o222


@dataclass(frozen=True, slots=True)
class Publication:
    """What is published where, and the move of the pointer that does it."""

    home: Home
    candidate: Candidate
    release: Release
    act: Act


def publish(home: Home, candidate: Candidate, release: Release) -> Release:
    """Make a finished candidate the current release; the build lock is held.

    The engine has closed the database file. The release's nodes are the candidate's,
    and its database's size and hash are filled in here. A reader sees nothing of it
    before the pointer moves, and all of it after; a kill at any point before leaves
    the previous release, and the next candidate clears away what was left.

    Raises ReleaseError when the candidate is not finished or the disk refuses.
    """
    with disk.reported("publish"):
        _check(home, candidate, release)
        sealed = replace(
            release,
            nodes=candidate.states.known(),
            database_sha256=disk.sha256(candidate.database_path),
            database_bytes=candidate.database_path.stat().st_size,
            other_files=dict(_others(candidate, release)),
        )
        publication = Publication(home, candidate, sealed, _act(home, sealed))
        for step in STEPS:
            step(publication)
    return sealed


def _others(candidate: Candidate, release: Release) -> Iterator[tuple[str, str]]:
    """Yield path and hash of what is neither the database, a mart nor our own note."""
    known = {part.path for mart in release.marts for part in mart.files}
    known |= {DATABASE_FILE, RELEASE_FILE, BASE_FILE, STATES_FILE}
    for path in sorted(candidate.folder.rglob("*")):
        name = path.relative_to(candidate.folder).as_posix()
        if path.is_file() and name not in known:
            yield name, disk.sha256(path)


def _act(home: Home, release: Release) -> Act:
    return Act.of(
        clock.now(),
        action=PUBLISH,
        who=f"{release.user}@{release.host}",
        from_id=home.current_id(),
        to_id=release.release_id,
        reason=release.command,
    )


def _check(home: Home, candidate: Candidate, release: Release) -> None:
    """Refuse what is not a finished candidate, or would not be the newest release."""
    database = candidate.database_path
    if not database.is_file():
        raise ReleaseError(f"the candidate has no database: {database}")
    for stranger in sorted(candidate.folder.glob(f"{DATABASE_FILE}.*")):
        raise ReleaseError(
            f"{stranger} stands beside the database: it is still open or was not "
            "closed cleanly",
            hint="build again",
        )
    for mart in release.marts:
        if not all((candidate.folder / part.path).is_file() for part in mart.files):
            raise ReleaseError(f'the candidate has no file of mart "{mart.name}"')
    newest = max(home.release_ids(), default="")
    if not is_release_id(release.release_id) or release.release_id <= newest:
        raise ReleaseError(
            f'release id "{release.release_id}" does not sort after "{newest}"'
        )


def write_record(publication: Publication) -> None:
    """Write `release.json`, which holds the states from here on."""
    write_release(publication.candidate.folder, publication.release)
    for name in (BASE_FILE, STATES_FILE):
        (publication.candidate.folder / name).unlink(missing_ok=True)


def protect_files(publication: Publication) -> None:
    """Take the right to write from every file; who may read the home may read it.

    A job's umask is often stricter than the folder that its readers were given.
    Folders stay removable.
    """
    home, folder = publication.home, publication.candidate.folder
    readable = home.path.stat().st_mode & ANY_READ
    for path in (home.releases_folder, folder, *folder.rglob("*")):
        mode = S_IMODE(path.stat().st_mode)
        if path.is_dir():
            wanted = mode | readable | readable >> 2  # and to enter it
        else:
            wanted = (mode | readable) & ~ANY_WRITE
        if wanted != mode:
            path.chmod(wanted)


def flush_files(publication: Publication) -> None:
    """Bring all of the candidate to the disk."""
    disk.flush_tree(publication.candidate.folder)


def announce_move(publication: Publication) -> None:
    """Say on disk what comes, for who finds it half done."""
    journal.announce(publication.home, publication.act)


def rename_candidate(publication: Publication) -> None:
    """Give the candidate its place among the releases, on disk."""
    home, target = publication.home, publication.act.to_id
    publication.candidate.folder.rename(home.folder(target))
    disk.flush(home.releases_folder)
    disk.flush(home.path)


def swap_pointer(publication: Publication) -> None:
    """Make it the current release: the one moment that a reader can tell."""
    journal.point(publication.home, publication.act)


def remember_move(publication: Publication) -> None:
    """Write the history; all is at rest."""
    journal.conclude(publication.home, publication.act)


STEPS: tuple[Callable[[Publication], None], ...] = (
    write_record,
    protect_files,
    flush_files,
    announce_move,
    rename_candidate,
    swap_pointer,
    remember_move,
)
