"""Telling that nothing changed since the last time, before anything is imported.

A clean build leaves in its home what it was made from. While all of that is the same, a
build would reuse every node and publish nothing, so it need not begin. Whatever could
make it do something else keeps the build from leaving a memory: see `is_repeatable`.
`parse` and `ls` leave their last answer, in the target folder, alike.
"""

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.project import answer, inputs, kept
from warehouse.project.answer import Answer
from warehouse.project.inputs import Inputs
from warehouse.project.origin import Origin
from warehouse.project.settings import load_settings
from warehouse.release import memory
from warehouse.release.home import home_of
from warehouse.release.memory import Memory
from warehouse.secrets import PREFIX, is_secret

if TYPE_CHECKING:
    from warehouse.api.result import BuildResult
    from warehouse.api.workspace import Workspace

PROJECT_FILES = (
    "dbt_project.yml", "pyproject.toml", "profiles.yml", "selectors.yml",
    "packages.yml", "dependencies.yml", "package-lock.yml",
)  # fmt: skip
# What is asked of the environment while the project is read, by ourselves.
VARIABLES = ("DBT_PROFILES_DIR", "DBT_VERSION_CHECK", "HOME")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: a command, with the arguments that its outcome depends on."""

    command: str
    folder: Path
    home: Path | None
    arguments: Mapping[str, Any]
    started: int  # when, in nanoseconds since 1970

    @property
    def request(self) -> str:
        """A hash of what was asked for: variables may be secret."""
        said = {
            **{key: str(value) for key, value in self.arguments.items()},
            "command": self.command,
            "folder": str(self.folder.resolve()),
            "cwd": str(Path.cwd()),
        }
        return _hash(json.dumps(said, sort_keys=True))


def recall(asked: Asked) -> Memory | None:
    """Return what the last build left, if this one would come to the same."""
    root = asked.folder.resolve()
    settings = load_settings(root)
    if settings.job.is_heard(os.environ):
        return None  # somebody waits for word of every build
    home = home_of(root, asked.home, settings.home)
    found = memory.recall(home) if home is not None else None
    return found if found is not None and _is_same(found.origin, asked) else None


def remember(project: "Workspace", asked: Asked, result: "BuildResult") -> None:
    """Leave what a build was made from, if it can be told by that alone."""
    home = project.home
    if home is None:
        return
    if not result.is_repeatable or result.release_id is None:
        memory.forget(home)
        return
    origin = _origin(project, asked, inputs.read)
    if origin is None:
        memory.forget(home)
        return
    release = home.release(result.release_id)
    sizes = {mart.path: mart.bytes for mart in release.marts}
    sizes[memory.DATABASE_FILE] = release.database_bytes
    tallies = tuple(_tallies(result))
    memory.keep(home, Memory(origin, result.release_id, sizes, tallies))


def recall_answer(asked: Asked) -> Answer | None:
    """Return what a command said last, if it would say the same."""
    place = answer.place_of(asked.folder.resolve(), asked.command)
    found = answer.recall(place) if place is not None else None
    return found if found is not None and _is_same(found.origin, asked) else None


def remember_answer(
    project: "Workspace",
    asked: Asked,
    lines: Sequence[str],
    written: Path | None = None,
) -> None:
    """Leave what a command said and wrote, if files and environment alone decide it."""
    nodes = project.manifest.nodes.values()
    if project.reading.varying or any(node.deprecation_date for node in nodes):
        return
    place = answer.place_of(project.root, asked.command)
    if place is None or place.parent != project.kept_folder:
        return
    # Without hashes: to read all files again would take longer than what it saves.
    origin = _origin(project, asked, inputs.seen)
    if origin is not None:
        answer.keep(place, origin, lines, written)


def _is_same(origin: Origin, asked: Asked) -> bool:
    if (
        origin.request != asked.request
        or origin.python != sys.version
        or origin.environment != _environment(origin.environment)
        or origin.engine != kept.engine()
    ):
        return False
    try:
        return inputs.changed(origin.files, origin.places) is None
    except OSError:  # of a file that may be none of the project's
        return False


def _origin(
    project: "Workspace", asked: Asked, look: Callable[[Iterable[str]], Inputs]
) -> Origin | None:
    """Return what a command's outcome was made from.

    None when a file has changed while it was read, perhaps before, perhaps after.
    """
    places = tuple(_places(project))
    try:
        files = look(places)
    except OSError:
        return None
    if files.newest > asked.started - inputs.GRAIN:
        return None
    return Origin(
        request=asked.request,
        places=places,
        files=files,
        engine=kept.engine(),
        python=sys.version,
        environment=_environment({*VARIABLES, *project.reading.variables}),
    )


def _places(project: "Workspace") -> Iterable[str]:
    """Yield the files and folders that the project is read from, there or not."""
    # Here: when nothing changed, nothing needs it.
    from warehouse.project.package import FIXTURES  # noqa: PLC0415

    root = project.root
    folders = [project.options.profiles_dir, os.environ.get("DBT_PROFILES_DIR")]
    for folder in (*folders, Path.home() / ".dbt"):
        if folder is not None:
            yield str(Path(folder) / "profiles.yml")
    yield str(root / project.config.packages_path)
    for package in project.packages:
        yield from (str(package.config.root / name) for name in PROJECT_FILES)
        for paths in package.config.paths.values():
            yield from (str(package.config.root / path) for path in paths)
        for path in package.config.folders("test"):  # which may be a link by itself
            yield str(package.config.root / path / FIXTURES)


def _environment(names: Iterable[str]) -> dict[str, str | None]:
    """Return hashes of variables, and one of all secrets: those are written nowhere."""
    values = {name: os.environ.get(name) for name in names if not is_secret(name)}
    hidden = sorted((k, v) for k, v in os.environ.items() if is_secret(k))
    values[PREFIX] = json.dumps(hidden)
    return {name: None if v is None else _hash(v) for name, v in values.items()}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _tallies(result: "BuildResult") -> Iterable[tuple[str, str, int, int | None]]:
    groups: dict[tuple[str, str], list[int | None]] = {}
    for found in result.results:
        key = (found.resource_type, found.status.value)
        groups.setdefault(key, []).append(found.rows)
    for (kind, status), rows in groups.items():
        known = [number for number in rows if number is not None]
        yield kind, status, len(rows), sum(known) if known else None
