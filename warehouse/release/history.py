"""The way back: rollback, and whether a release is whole."""

import os
from collections.abc import Callable, Mapping

from warehouse.errors import ReleaseError
from warehouse.release import clock, disk, journal
from warehouse.release.home import Home
from warehouse.release.journal import PUBLISH, ROLLBACK, Act
from warehouse.release.provenance import who
from warehouse.release.record import DATABASE_FILE, Release, published
from warehouse.secrets import redacted

UNTOLD = "the disk refuses: the history does not know of this rollback"


def rollback(
    home: Home,
    to: str | None = None,
    reason: str | None = None,
    warn: Callable[[str], None] = lambda _: None,
) -> Release:
    """Make an older release current again; the build lock is held.

    `to` names a release as `Home.find` reads it; without it, the release before the
    current one in time. Works when the current release is damaged, and when the disk
    is full: then nothing but the history is lost, which `warn` is told.

    Raises ReleaseError when there is no such release or a file of it is not whole.
    """
    with disk.reported("roll back"):
        journal.settle(home)
        current = home.current_id()
        release = home.release(_before(home, current) if to is None else to)
        if release.release_id == current:
            raise ReleaseError(f"{current} is the current release already")
        _check_whole(home, release)
        _check_bytes(home, release, published(release))
        act = Act.of(
            clock.now(),
            action=ROLLBACK,
            who=who(),
            from_id=current,
            to_id=release.release_id,
            reason=redacted(reason),
        )
        with disk.room_or_not():  # the move itself takes none
            journal.announce(home, act)
        journal.point(home, act)
        if not journal.conclude(home, act):
            warn(UNTOLD)
    return release


def _before(home: Home, current: str | None) -> str:
    known = home.release_ids()
    if current is None:
        if not known:
            raise ReleaseError(f"nothing has been published in {home.path}")
        raise ReleaseError(
            f"no release is current in {home.path}",
            hint=f"warehouse rollback --to {known[0]} makes the newest so",
        )
    for release_id in known:
        if release_id < current:
            return release_id
    raise ReleaseError(f"there is no release before {current}")


def standing_rollback(home: Home) -> Act | None:
    """Return the rollback since which nothing has been published."""
    moves = [act for act in journal.acts(home) if act.action in {PUBLISH, ROLLBACK}]
    return moves[-1] if moves and moves[-1].action == ROLLBACK else None


def fault_of_current(home: Home, *, is_copied: bool = False) -> str | None:
    """Say what is wrong with the current release's files; None when nothing is seen.

    Looks at names and sizes: what was deleted or cut off. Of what `is_copied`, the
    database, every byte counts: a block that a failing disk has changed would go on
    into every release to come, under a hash of its own.
    """
    try:
        release = home.current()
        if release is not None:
            _check_whole(home, release)
        if release is not None and is_copied:
            _check_bytes(home, release, {DATABASE_FILE: release.database_sha256})
    except (ReleaseError, OSError) as error:
        return f"the current release is damaged: {error}"
    return None


def _check_bytes(home: Home, release: Release, hashes: Mapping[str, str]) -> None:
    """Compare the SHA-256 of a release's files with what it says."""
    for name, expected in hashes.items():
        path = home.folder(release.release_id) / name
        if disk.sha256(path) != expected:
            raise ReleaseError(
                f"{path} is not what was published: its bytes have changed",
                hint="warehouse verify --all tells which releases are whole",
            )


def _check_whole(home: Home, release: Release) -> None:
    """Compare the sizes of a release's files with what it says; hashes are slower."""
    sizes = {DATABASE_FILE: release.database_bytes}
    sizes |= {p.path: p.bytes for mart in release.marts for p in mart.files}
    folder = home.folder(release.release_id)
    for name, size in sizes.items():
        path = f"{folder}/{name}"  # as text: there may be thousands
        found = os.stat(path).st_size  # noqa: PTH116
        if found != size:
            raise ReleaseError(f"{path} has {found} bytes; {size} were published")
