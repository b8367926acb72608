"""CSV seeds as files: where they are, what their bytes hash to, and their header."""

import csv
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import ConfigError, Location
from warehouse.project.files import file_checksum


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
        return Path(self.relative).parent.parts


def seed_file(root: Path, folder: str, file: Path) -> SeedFile:
    """Describe a CSV file found in seed folder `folder` of the package at `root`."""
    relative = file.relative_to(root / folder).as_posix()
    shown = file.relative_to(root).as_posix()
    return SeedFile(file, shown, relative, file_checksum(file))


def rows(file: Path, delimiter: str = ",") -> list[dict[str, str | None]]:
    """Return a small CSV file's rows as texts; an empty value is None."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return [
            {key: value or None for key, value in row.items()}
            for row in csv.DictReader(lines, delimiter=delimiter)
        ]


def header(file: Path, shown: str, delimiter: str = ",") -> tuple[str, ...]:
    """Return a CSV file's column names.

    Raises ConfigError for an empty file, a nameless or repeated column, or a header
    that is not UTF-8.
    """
    location = Location(shown, 1)
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            names = next(csv.reader(lines, delimiter=delimiter), [])
    except UnicodeDecodeError as error:
        raise ConfigError(
            "the file is not UTF-8", location=location, hint="save it as UTF-8"
        ) from error
    except OSError as error:
        raise ConfigError(
            f"cannot read the file: {error.strerror}", location=location
        ) from error
    if not any(names):
        raise ConfigError("the file is empty: a seed needs a header", location=location)
    seen: set[str] = set()
    for number, name in enumerate(names, start=1):
        if not name:
            raise ConfigError(f"column {number} has no name", location=location)
        if name.lower() in seen:
            raise ConfigError(f"the column `{name}` stands twice", location=location)
        seen.add(name.lower())
    return tuple(names)
