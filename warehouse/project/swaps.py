"""Files and folders put in place of others, as a whole, and back when it was no use."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self


class Swaps:
    """What was put in place while something went on; an error puts the old back.

    A file is there at every moment, the old one or the new one. A folder is taken away
    and the new one put there, in two steps, since no system swaps them in one.
    """

    def __init__(self) -> None:
        self._made: list[tuple[Path, Path | None]] = []

    @contextmanager
    def replaced(self, path: Path) -> Iterator[Path]:
        """Lend a name beside `path`; what is written there takes its place."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = _beside(path)
        try:
            yield draft
            self._put(draft, path)
        finally:
            _remove(draft)

    def _put(self, draft: Path, path: Path) -> None:
        if not draft.exists():
            draft.mkdir()  # a folder of parts that has none
        old = _beside(path) if path.exists() else None
        if old is not None and path.is_dir():
            path.rename(old)
        elif old is not None:
            shutil.copy2(path, old)
        self._made.append((path, old))
        draft.rename(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        for path, old in reversed(self._made):
            if kind is not None and (old is None or old.is_dir()):
                _remove(path)
            if kind is not None and old is not None:
                old.replace(path)
            elif old is not None:
                _remove(old)
        self._made.clear()


def stranger_at(path: Path, ending: str | None) -> str | None:
    """Say what stands at a place and must not be replaced.

    With an `ending` a folder of such files is to come, else a file.
    """
    if ending is None:
        return "is a folder" if path.is_dir() else None
    if path.is_file():
        return "is a file"
    for found in sorted(path.rglob("*")):
        if found.is_file() and not found.name.endswith(f".{ending}"):
            return f"holds {found.relative_to(path).as_posix()}"
    return None


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}-{uuid.uuid4().hex[:8]}")


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        with suppress(FileNotFoundError):
            path.unlink()
