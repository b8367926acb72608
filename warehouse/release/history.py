"""The way back: rollback, and whether a release is whole."""

from warehouse.errors import ReleaseError
from warehouse.release import clock, disk, journal
from warehouse.release.home import Home
from warehouse.release.journal import ROLLBACK, Act
from warehouse.release.provenance import who
from warehouse.release.record import DATABASE_FILE, Release


def rollback(home: Home, to: str | None = None, reason: str | None = None) -> Release:
    """Make an older release current again; the build lock is held.

    `to` names a release as `Home.find` reads it; without it, the release before the
    current one in time.
    Works when the current release is damaged.

    Raises ReleaseError when there is no such release or a file of it is not whole.
    """
    with disk.reported("roll back"):
        journal.settle(home)
        current = home.current_id()
        release = home.release(_before(home, current) if to is None else to)
        if release.release_id == current:
            raise ReleaseError(f"{current} is the current release already")
        _check_whole(home, release)
        act = Act.of(
            clock.now(),
            action=ROLLBACK,
            who=who(),
            from_id=current,
            to_id=release.release_id,
            reason=reason,
        )
        journal.announce(home, act)
        journal.point(home, act)
        journal.conclude(home, act)
    return release


def _before(home: Home, current: str | None) -> str:
    if current is None:
        raise ReleaseError(f"nothing has been published in {home.path}")
    for release_id in home.release_ids():
        if release_id < current:
            return release_id
    raise ReleaseError(f"there is no release before {current}")


def fault_of_current(home: Home) -> str | None:
    """Say what is wrong with the current release's files; None when nothing is seen.

    Looks at names and sizes: what was deleted or cut off, not what was changed inside.
    """
    try:
        release = home.current()
        if release is not None:
            _check_whole(home, release)
    except (ReleaseError, OSError) as error:
        return f"the current release is damaged: {error}"
    return None


def _check_whole(home: Home, release: Release) -> None:
    """Compare the sizes of a release's files with what it says; hashes are slower."""
    sizes = {DATABASE_FILE: release.database_bytes}
    sizes |= {p.path: p.bytes for mart in release.marts for p in mart.files}
    for name, size in sizes.items():
        path = home.folder(release.release_id) / name
        found = path.stat().st_size
        if found != size:
            raise ReleaseError(f"{path} has {found} bytes; {size} were published")
