"""Who makes a release, where, and with what."""

import getpass
import platform
import socket
import subprocess
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from warehouse.release.home import Home
from warehouse.release.record import Release
from warehouse.version import VERSION

PARTS = ("duckdb", "sqlglot", "pyarrow")


def new_release(home: Home, command: str, project: str, folder: Path) -> Release:
    """Return the release to be: its id and where it comes from, nothing in it yet.

    `command` is what was asked for, `folder` the project's.
    """
    return Release(
        release_id=home.new_release_id(),
        created_at=datetime.now(UTC),
        command=command,
        project=project,
        user=user(),
        host=socket.gethostname(),
        git_commit=git_commit(folder),
        versions=versions(),
    )


def user() -> str:
    """Return the name of who runs this process; a container may have none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def who() -> str:
    """Return who runs this process, and where."""
    return f"{user()}@{socket.gethostname()}"


def versions() -> dict[str, str]:
    """Return the versions of the engine, of what it stands on, and of Python."""
    found = {part: _version(part) for part in PARTS}
    return {"warehouse": VERSION, **found, "python": platform.python_version()}


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "unknown"


def git_commit(folder: Path) -> str | None:
    """Return the commit checked out in a folder, with a `+` when files differ from it.

    None outside git.
    """
    try:
        found = subprocess.run(  # noqa: S603 - no shell
            [
                *("git", "-C", str(folder), "describe", "--always", "--dirty=+"),
                *("--abbrev=40", "--exclude", "*"),
            ],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return found.stdout.strip()
