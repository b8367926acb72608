"""Whether a release is, byte for byte, what was published."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from warehouse.release import disk
from warehouse.release.home import Home
from warehouse.release.record import RELEASE_FILE, published, read_release

MISSING, CHANGED, STRANGER = "missing", "changed", "stranger"


@dataclass(frozen=True, slots=True)
class Finding:
    """A file that is not as it was published; `path` counts from the release."""

    kind: str
    path: str
    detail: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at: so many files and bytes, and what is wrong with them."""

    release_id: str
    files: int
    bytes: int
    findings: tuple[Finding, ...]


def verify(home: Home, release_id: str) -> Verified:
    """Hash every file of a release and compare it with what `release.json` says.

    Raises ReleaseError when `release.json` itself cannot be read.
    """
    folder = home.folder(release_id)
    with disk.reported("verify"):
        expected = published(read_release(folder))
        found = {
            path.relative_to(folder).as_posix(): path
            for path in sorted(folder.rglob("*"))
            if path.is_symlink() or not path.is_dir()
        }
        findings = [
            Finding(MISSING, name, "was published and is not there")
            for name in expected
            if name not in found
        ]
        size = 0
        for name, path in found.items():
            if name == RELEASE_FILE:
                continue
            if name not in expected:
                findings.append(Finding(STRANGER, name, "was not published"))
                continue
            size += path.stat().st_size
            if disk.sha256(path) != expected[name]:
                findings.append(Finding(CHANGED, name, _difference(path)))
    order = {MISSING: 0, CHANGED: 1, STRANGER: 2}
    findings.sort(key=lambda finding: (order[finding.kind], finding.path))
    return Verified(release_id, len(expected), size, tuple(findings))


def _difference(path: Path) -> str:
    return f"its {path.stat().st_size:,} bytes are not those that were published"


@contextmanager
def temporary_home() -> Iterator[Path]:
    """Lend a folder for a build that nobody is to read."""
    with tempfile.TemporaryDirectory(prefix="warehouse-verify-") as folder:
        yield Path(folder) / "home"
