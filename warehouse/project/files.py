"""Files under a project: reading, hashing and replacing them, with clear errors."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from warehouse.errors import ConfigError, Location
from warehouse.secrets import has_secrets, redact

Text = str | Iterable[str]  # as one, or its pieces in their order


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A text file of a package, read once.

    `path` is relative to the package's root, `relative` to the resource folder it was
    found in (the part that counts for a node's place in the config tree); both POSIX.
    `begins` is the line of the file where `text` does, if that is a part of it.
    """

    path: str
    relative: str
    text: str
    checksum: str
    begins: int = 1

    @property
    def stem(self) -> str:
        """The file's name without its ending."""
        name = self.path.rpartition("/")[2]
        return name.rpartition(".")[0] or name

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders between the resource folder and the file."""
        return tuple(self.relative.split("/")[:-1])

    def location(self, line: int | None = None, column: int | None = None) -> Location:
        """Return a place in this file, with the line's text."""
        excerpt = None
        lines = self.text.splitlines()
        if line is not None and 0 < line <= len(lines):
            excerpt = lines[line - 1]
        if line is not None:
            line += self.begins - 1
        return Location(self.path, line, column, excerpt)


def read_text(path: Path, shown: str | None = None) -> str:
    """Return a file's text; it must be UTF-8 (a byte-order mark is dropped).

    Raises ConfigError naming the file, and the line of a byte that is not UTF-8.
    """
    shown = shown or str(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"cannot read the file: {error.strerror}", location=Location(shown)
        ) from error
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            f"not UTF-8: byte 0x{data[error.start]:02x}",
            location=Location(shown, line),
            hint="save the file as UTF-8",
        ) from error


def source_file(root: Path, folder: str, path: Path) -> SourceFile:
    """Read a text file found in resource folder `folder` of the package at `root`."""
    shown = path.relative_to(root).as_posix()
    text = read_text(path, shown)
    relative = shown.removeprefix(f"{Path(folder).as_posix()}/")
    return SourceFile(shown, relative, text, text_checksum(text))


def find(root: Path, folder: str, endings: Iterable[str]) -> Iterator[Path]:
    """Yield the files with these endings below `root/folder`, in sorted order."""
    wanted = tuple(endings)
    for base, folders, names in os.walk(root / folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        here = Path(base)
        for name in sorted(names):
            if name.endswith(wanted) and not name.startswith("."):
                yield here / name


def text_checksum(text: str) -> str:
    """Return the SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def file_checksum(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal, reading it in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_text(path: Path) -> TextIO:
    """Begin a text file that is written line by line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("w", encoding="utf-8")


def replace_text(path: Path, text: Text) -> None:
    """Write a file so that a reader sees the old one or the new one, never half.

    It is for people and programs to read: a secret's value is not in it.
    """
    if has_secrets():  # which could stand across two pieces
        text = redact("".join(text))
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8") as file:
        file.writelines((text,) if isinstance(text, str) else text)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary name beside `path`, which becomes `path` if nothing raises."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
