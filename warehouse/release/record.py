"""What a release says of itself: `release.json`, read and written."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from warehouse.errors import ReleaseError
from warehouse.release import disk
from warehouse.release.changes import Changes, read_changes
from warehouse.release.states import state_of
from warehouse.run.states import NodeState

RELEASE_FILE = "release.json"
DATABASE_FILE = "warehouse.duckdb"
MARTS_FOLDER = "marts"
FORMAT = 1  # of release.json; keys may be added under the same number


@dataclass(frozen=True, slots=True)
class MartColumn:
    """A column of a mart: its type in SQL and in the Parquet file."""

    name: str
    type: str
    parquet_type: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class MartPart:
    """One Parquet file; `path` is relative to its release, with slashes."""

    path: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class MartFile:
    """A published mart: a Parquet file, or with `partition_by` a folder of `parts`.

    Of a folder, `bytes` is the sum and `sha256` that of its files' paths and hashes.
    """

    name: str
    path: str
    rows: int
    bytes: int
    sha256: str
    columns: tuple[MartColumn, ...]
    key: tuple[str, ...] = ()
    partition_by: tuple[str, ...] = ()
    parts: tuple[MartPart, ...] = ()

    @property
    def files(self) -> tuple[MartPart, ...]:
        """Every file of the mart."""
        whole = MartPart(self.path, self.rows, self.bytes, self.sha256)
        return self.parts if self.partition_by else (whole,)


@dataclass(frozen=True, slots=True)
class Release:
    """A published state of the warehouse: who made it, from what, what is in it.

    `created_at` is UTC. `git_commit` is None outside git. `versions` names the engine
    and its parts. `tests` counts the data tests by how they ended. `changes` are those
    against the release that was current; None for the first. `other_files` holds the
    SHA-256 of what is neither the database nor a mart, by path.
    """

    release_id: str
    created_at: datetime
    command: str
    project: str
    user: str
    host: str
    git_commit: str | None
    versions: Mapping[str, str]
    nodes: Mapping[str, NodeState] = field(default_factory=dict)
    tests: Mapping[str, int] = field(default_factory=dict)
    marts: tuple[MartFile, ...] = ()
    database_sha256: str = ""
    database_bytes: int = 0
    changes: Changes | None = None
    other_files: Mapping[str, str] = field(default_factory=dict)


def published(release: Release) -> dict[str, str]:
    """Return the SHA-256 of every file of a release but this record, by its path."""
    expected = {DATABASE_FILE: release.database_sha256, **release.other_files}
    for mart in release.marts:
        expected |= {part.path: part.sha256 for part in mart.files}
    return expected


def write_release(folder: Path, release: Release) -> None:
    """Write a release's `release.json` into its folder and flush it."""
    values = {"format": FORMAT, **_fields(release)}
    values["created_at"] = release.created_at.isoformat()
    members = ",\n".join(f"  {_json(k)}: {_lines(v)}" for k, v in values.items())
    disk.write_text(folder / RELEASE_FILE, f"{{\n{members}\n}}\n")


def _lines(value: Any) -> str:
    """Return JSON with a line for each entry: to be read, searched and compared.

    With an indent, Python's own encoder would take ten times as long.
    """
    if isinstance(value, Mapping) and value:
        lines = [f"    {_json(key)}: {_json(entry)}" for key, entry in value.items()]
        return "{\n" + ",\n".join(lines) + "\n  }"
    if isinstance(value, tuple) and value:
        return "[\n" + ",\n".join(f"    {_json(entry)}" for entry in value) + "\n  ]"
    return _json(value)


def _fields(record: Any) -> dict[str, Any]:
    """Return a record's values by name, as they are."""
    return {name: getattr(record, name) for name in _names(record.__class__)}


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


# One encoder for all lines: `json.dumps` with options would make one for each.
_json = json.JSONEncoder(ensure_ascii=False, default=_fields).encode


def read_release(folder: Path) -> Release:
    """Read a release from its folder.

    Raises ReleaseError, naming the file, when it is missing or damaged.
    """
    path = folder / RELEASE_FILE
    with disk.reported("read a release"):
        look = path.stat()
        return _read(path, (look.st_ino, look.st_size, look.st_mtime_ns))


@lru_cache(maxsize=2)
def _read(path: Path, look: tuple[int, ...]) -> Release:
    """Read a record; once as long as it looks as it does: a build asks some times."""
    del look
    text = path.read_bytes()
    try:
        return _release(json.loads(text))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        reason = f"it has no {error}" if isinstance(error, KeyError) else str(error)
        raise ReleaseError(
            f"{path} is damaged: {reason}",
            hint="warehouse rollback goes to another release; "
            "warehouse build --full-refresh makes one from nothing",
        ) from error


def _release(values: dict[str, Any]) -> Release:
    nodes = values["nodes"].items()
    return Release(
        release_id=str(values["release_id"]),
        created_at=datetime.fromisoformat(values["created_at"]),
        command=values["command"],
        project=values["project"],
        user=values["user"],
        host=values["host"],
        git_commit=values["git_commit"],
        versions=dict(values["versions"]),
        nodes={unique_id: state_of(state) for unique_id, state in nodes},
        tests=dict(values["tests"]),
        marts=tuple(_mart(mart) for mart in values["marts"]),
        database_sha256=values["database_sha256"],
        database_bytes=int(values["database_bytes"]),
        changes=read_changes(values.get("changes")),
        other_files=dict(values.get("other_files", {})),
    )


def _mart(values: dict[str, Any]) -> MartFile:
    columns = ("name", "type", "parquet_type", "description")
    return MartFile(
        name=values["name"],
        path=values["path"],
        rows=int(values["rows"]),
        bytes=int(values["bytes"]),
        sha256=values["sha256"],
        columns=tuple(
            MartColumn(*(column[key] for key in columns))
            for column in values["columns"]
        ),
        key=tuple(values["key"]),
        partition_by=tuple(values.get("partition_by", ())),
        parts=tuple(MartPart(**part) for part in values.get("parts", ())),
    )
