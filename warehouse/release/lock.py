"""The build lock: one build a home, and who waits can read who builds."""

import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from warehouse.errors import LockedError
from warehouse.release import disk
from warehouse.release.home import Home

POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the lock; `started_at` is UTC, in ISO 8601."""

    pid: int
    host: str
    command: str
    started_at: str

    def __str__(self) -> str:
        started = datetime.fromisoformat(self.started_at)
        is_today = started.date() == datetime.now(UTC).date()
        since = started.strftime("%H:%M UTC" if is_today else "%Y-%m-%d %H:%M UTC")
        return f"pid {self.pid} on host {self.host} since {since}: {self.command}"


@contextmanager
def build_lock(home: Home, command: str, wait: float = 0) -> Iterator[Holder | None]:
    """Hold the home's build lock; wait up to `wait` seconds for it.

    It is the kernel's lock on an open file (`flock`), so a dead holder's lock is free
    at once, whatever the file says; a file whose mere existence locks would need a
    judge of the dead. The file is never deleted: two could then hold two files of one
    name. Each taking opens the file anew, so threads of one process exclude each other.
    Yields the last holder, if it died holding it: an end without a word.

    Raises LockedError, naming the holder.
    """
    with disk.reported("take the build lock"):
        home.path.mkdir(parents=True, exist_ok=True)
        lock = os.open(home.lock_file, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        with disk.reported("take the build lock"):
            _take(lock, wait)
        dead = _read(lock)
        _write(lock, Holder(os.getpid(), socket.gethostname(), command, _now()))
        try:
            yield dead
        finally:
            os.ftruncate(lock, 0)
    finally:
        os.close(lock)  # which frees it


def holder(home: Home) -> Holder | None:
    """Return who holds the lock now, None when it is free; never waits.

    An empty file is free without trying the lock, which could turn away a build that
    begins in that instant. Only the words of a killed holder take a try to see through.
    """
    try:
        lock = os.open(home.lock_file, os.O_RDWR)
    except OSError:
        return None
    try:
        named = _read(lock)
        return None if named is None or _is_taken(lock) else named
    finally:
        os.close(lock)


def _take(lock: int, wait: float) -> None:
    deadline = time.monotonic() + wait
    while not _is_taken(lock):
        left = deadline - time.monotonic()
        if left <= 0:
            raise _locked(lock)
        time.sleep(min(POLL_SECONDS, left))


def _is_taken(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _locked(lock: int) -> LockedError:
    holder = _read(lock)
    name = "another process" if holder is None else str(holder)
    return LockedError(f"held by {name}", hint="--wait 10m waits for it to end")


def _write(lock: int, holder: Holder) -> None:
    """Name the holder; read in the middle of this, it is unknown, never wrong.

    On a full disk it stays unknown: that must not keep anybody from a rollback.
    """
    os.ftruncate(lock, 0)
    with suppress(OSError):
        os.pwrite(lock, json.dumps(asdict(holder)).encode(), 0)


def _read(lock: int) -> Holder | None:
    try:
        return Holder(**json.loads(os.pread(lock, 65536, 0)))
    except (TypeError, ValueError):
        return None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
