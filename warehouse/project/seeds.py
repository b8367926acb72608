"""CSV seeds as files: where they are, what their bytes hash to, and their header."""

import csv
import mmap
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from warehouse.errors import ConfigError, Location
from warehouse.project.files import SourceFile, file_checksum

_KEPT = "surrogateescape"  # bytes that are no UTF-8 stay apart, and visible
PIECE_BYTES = 1_000_000
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class SeedFile:
    """A CSV file of a package; `path` and `relative` as in SourceFile."""

    file: Path
    path: str
    relative: str
    checksum: str

    @property
    def stem(self) -> str:
        """The file's name without its ending: the seed's name."""
        return self.file.stem

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders between the resource folder and the file."""
        return tuple(self.relative.split("/")[:-1])


def seed_source(file: SeedFile) -> SourceFile:
    """Return a seed's file as a source without its text, which may be large."""
    return SourceFile(file.path, file.relative, "", file.checksum)


def seed_file(root: Path, folder: str, file: Path) -> SeedFile:
    """Describe a CSV file found in seed folder `folder` of the package at `root`."""
    relative = file.relative_to(root / folder).as_posix()
    shown = file.relative_to(root).as_posix()
    try:
        checksum = file_checksum(file)
    except OSError as error:
        reason = f"cannot read the file: {error.strerror}"
        raise ConfigError(reason, location=Location(shown)) from error
    return SeedFile(file, shown, relative, checksum)


def rows(file: Path, delimiter: str = ",") -> list[dict[str, str | None]]:
    """Return a small CSV file's rows as texts; an empty value is None."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return [
            {key: value or None for key, value in row.items()}
            for row in csv.DictReader(lines, delimiter=delimiter)
        ]


def header(file: Path, shown: str, delimiter: str = ",") -> tuple[str, ...]:
    """Return a CSV file's column names.

    Raises ConfigError for an empty file, a header that is not UTF-8, or with all the
    columns that have no name or one that stands before.
    """
    location = Location(shown, 1)
    try:
        # Bytes below the header are judged with their rows, when these are loaded.
        with file.open(encoding="utf-8-sig", errors=_KEPT, newline="") as lines:
            names = next(csv.reader(lines, delimiter=delimiter), [])
    except csv.Error as error:
        raise ConfigError(f"the header: {error}", location=location) from error
    except OSError as error:
        raise ConfigError(
            f"cannot read the file: {error.strerror}", location=location
        ) from error
    raw = "".join(names).encode(errors=_KEPT)
    if raw[:2] in _UTF_16:
        found = "the file is UTF-16"
        raise ConfigError(found, location=location, hint="save it as UTF-8")
    if not any(names):
        raise ConfigError("the file is empty: a seed needs a header", location=location)
    if faults := list(_faults(names)):
        raise ConfigError("; ".join(faults), location=location)
    return tuple(names)


def _faults(names: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for number, name in enumerate(names, start=1):
        if not name.isprintable():
            yield f"column {number} has a name that is no UTF-8 text: {name!a}"
        elif not name:
            yield f"column {number} has no name"
        elif name.lower() in seen:
            yield f"the column `{name}` stands twice"
        seen.add(name.lower())


def lines_at(file: Path, positions: Iterable[int]) -> list[int]:
    """Return the line of the row that begins at each byte, or after ends of lines."""
    found = []
    with file.open("rb") as data, _view(data) as view:
        line, counted = 1, 0
        for position in positions:
            start = position
            while view[start : start + 1] in {b"\r", b"\n"}:
                start += 1
            line += view[counted:start].count(b"\n")
            counted = max(counted, start)
            found.append(line)
    return found


@dataclass(frozen=True, slots=True)
class Longest:
    """How many bytes a file's longest row takes at most, and its longest line at least.

    They are two: a quoted value may stand on several lines.
    """

    row: int
    line: int


def longest(file: Path) -> Longest:
    """Measure a file's rows by whole megabytes, which takes no longer than reading it.

    A row that is longer than two of them leaves one in between without an end.
    """
    row = line = rows = lines = 0
    is_quoted = False
    with file.open("rb") as data:
        while piece := data.read(PIECE_BYTES):
            rows = 0 if _ends_a_row(piece, is_quoted=is_quoted) else rows + 1
            lines = 0 if b"\n" in piece or b"\r" in piece else lines + 1
            row, line = max(row, rows), max(line, lines)
            is_quoted ^= piece.count(b'"') % 2 == 1
    return Longest((row + 2) * PIECE_BYTES, line * PIECE_BYTES)


def _ends_a_row(piece: bytes, *, is_quoted: bool) -> bool:
    """Whether an end of a line stands in these bytes outside of quotes."""
    begin = 0
    while begin <= len(piece):
        quote = piece.find(b'"', begin)
        end = len(piece) if quote < 0 else quote
        ends = (piece.find(mark, begin, end) >= 0 for mark in (b"\n", b"\r"))
        if not is_quoted and any(ends):
            return True
        begin, is_quoted = end + 1, not is_quoted
    return False


def lines_not_utf8(file: Path) -> dict[int, str]:
    """Return the lines that are not UTF-8, by number, with what can be read of them."""
    found = {}
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                line.decode()
            except UnicodeDecodeError:
                found[number] = line.decode(errors="replace").rstrip("\r\n")
    return found


def _view(data: BinaryIO) -> mmap.mmap:
    return mmap.mmap(data.fileno(), 0, access=mmap.ACCESS_READ)


def empty_values(
    file: Path, delimiter: str, columns: Collection[str]
) -> Iterator[tuple[int, str]]:
    """Yield the line and the column of each value that is missing in these columns."""
    wanted = {name.lower() for name in columns}
    with file.open(encoding="utf-8-sig", newline="", errors="replace") as lines:
        reader = csv.reader(lines, delimiter=delimiter)
        names = next(reader, [])
        places = [(i, name) for i, name in enumerate(names) if name.lower() in wanted]
        before = reader.line_num
        for row in reader:
            if len(row) == len(names):
                yield from ((before + 1, name) for i, name in places if not row[i])
            before = reader.line_num
