"""Files as a crash finds them: flushed, renamed whole, copied, hashed, taken away."""

import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warehouse.errors import ReleaseError

BOOT_FILE = Path("/proc/sys/kernel/random/boot_id")  # Linux
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
ROOM = (
    "make room and build again; the folder `candidate` in the home, which a failed "
    "build left, may be deleted"
)
COPY_BYTES = 1 << 26  # asked of the kernel at once: between two, a signal is heard
# What a filesystem or kernel says that cannot copy for us; then we copy ourselves.
NO_KERNEL_COPY = {errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP}

NO_LINK = {errno.EPERM, errno.EXDEV, errno.EMLINK, errno.ENOSYS, errno.EOPNOTSUPP}


@contextmanager
def reported(task: str) -> Iterator[None]:
    """Turn an operating system's error into a ReleaseError that names the task."""
    try:
        yield
    except OSError as error:
        place = f": {error.filename}" if error.filename else ""
        reason = error.strerror or str(error)
        hint = ROOM if error.errno in NO_ROOM else None
        raise ReleaseError(f"cannot {task}: {reason}{place}", hint=hint) from error


@contextmanager
def room_or_not() -> Iterator[None]:
    """Go on when what is inside finds no room on the disk."""
    try:
        yield
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise


def boot() -> str | None:
    """Return what names the machine's present boot; None where nothing tells.

    What was written and not flushed is sure to be there as long as it stays the same.
    """
    try:
        return BOOT_FILE.read_text(encoding="ascii").strip() or None
    except OSError:
        return None


def flush(path: Path) -> None:
    """Bring a file, or a folder's names, to the disk itself."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        # macOS: fsync stops at the drive's cache, F_FULLFSYNC does not.
        full = getattr(fcntl, "F_FULLFSYNC", None)
        if full is None:
            os.fsync(descriptor)
        else:
            fcntl.fcntl(descriptor, full)
    finally:
        os.close(descriptor)


def flush_tree(folder: Path) -> None:
    """Bring every file and folder below `folder`, and itself, to the disk."""
    for place, _, names in os.walk(folder, topdown=False):
        for name in names:
            flush(Path(place, name))
        flush(Path(place))


def write_text(path: Path, text: str) -> None:
    """Write a whole file and flush it."""
    path.write_text(text, encoding="utf-8")
    flush(path)


def copy_file(source: Path, target: Path) -> None:
    """Copy bytes, not permissions; a filesystem that shares blocks copies none.

    `copy_file_range` makes a reflink on Btrfs and XFS and stays in the kernel
    elsewhere; what cannot do it (macOS, some network disks) gets a plain copy.
    """
    if not hasattr(os, "copy_file_range"):
        shutil.copyfile(source, target)
        return
    try:
        with source.open("rb") as reader, target.open("wb") as writer:
            ends = reader.fileno(), writer.fileno()
            while os.copy_file_range(*ends, COPY_BYTES):
                pass
            whole = os.fstat(ends[1]).st_size == os.fstat(ends[0]).st_size
    except OSError as error:
        if error.errno not in NO_KERNEL_COPY:
            raise
        whole = False
    if not whole:
        shutil.copyfile(source, target)


def sha256(path: Path) -> str:
    """Return the hexadecimal SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def share(older: Path, newer: Path, digest: str) -> bool:
    """Make `newer` a hard link to `older`, if that has the bytes of this SHA-256.

    They are read: a file that was damaged is not handed on. A filesystem without links
    keeps both files.
    """
    if not older.is_file() or sha256(older) != digest:
        return False
    link = newer.with_name(f".{newer.name}.link")
    try:
        os.link(older, link)
    except OSError as error:
        if error.errno not in NO_LINK:
            raise
        return False
    link.replace(newer)
    return True


def remove(path: Path) -> None:
    """Take away a file, a link, or a folder with all that is in it."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
