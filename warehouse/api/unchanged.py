"""Telling that nothing changed since the last time, before anything is imported.

A clean build leaves in its home what it was made from. While all of that is the same, a
build would reuse every node and publish nothing, so it need not begin. Whatever could
make it do something else keeps the build from leaving a memory: see `is_repeatable`.
`parse` and `ls` leave their last answer, in the target folder, alike.
"""

import hashlib
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.project import answer, inputs, kept
from warehouse.project.answer import Answer
from warehouse.project.origin import Origin
from warehouse.project.settings import load_settings
from warehouse.release import memory
from warehouse.release.home import home_of
from warehouse.release.memory import Memory

if TYPE_CHECKING:
    from warehouse.api.result import BuildResult
    from warehouse.api.workspace import Workspace

PROJECT_FILES = (
    "dbt_project.yml", "pyproject.toml", "profiles.yml", "selectors.yml",
    "packages.yml", "dependencies.yml", "package-lock.yml",
)  # fmt: skip
# What a build asks of the environment by itself.
VARIABLES = ("DBT_PROFILES_DIR", "HOME")
_TARGET = r"""[ \t]*target-path:[ \t]+["']?([\w./-]+)["']?[ \t]*"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: a command, with the arguments that its outcome depends on."""

    command: str
    folder: Path
    home: Path | None
    arguments: Mapping[str, Any]
    started: int  # when, in nanoseconds since 1970

    @property
    def request(self) -> dict[str, Any]:
        """The request as the memory has it."""
        arguments = {key: str(value) for key, value in self.arguments.items()}
        return {
            **arguments,
            "command": self.command,
            "folder": str(self.folder.resolve()),
            "cwd": str(Path.cwd()),
        }


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
    origin = _origin(project, asked)
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
    place = _answer_place(asked)
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
    place, origin = _answer_place(asked), _origin(project, asked)
    if place is not None and origin is not None:
        answer.keep(place, origin, lines, written)


def _answer_place(asked: Asked) -> Path | None:
    """Return where the answer to a command is kept, without reading the project.

    None where that would take a template, or more than looking for a line.
    """
    root = asked.folder.resolve()
    try:
        text = (root / PROJECT_FILES[0]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    lines = [line for line in text.splitlines() if "target-path" in line]
    folder = "target"
    if lines:
        found = re.fullmatch(_TARGET, lines[0])
        if found is None or len(lines) > 1:
            return None
        folder = found[1]
    return root / folder / kept.FOLDER / f"{asked.command}.json"


def _is_same(origin: Origin, asked: Asked) -> bool:
    return (
        origin.request == asked.request
        and origin.python == sys.version
        and origin.environment == _environment(origin.environment)
        and origin.engine == kept.engine()
        and not inputs.changed(origin.files, origin.places)
    )


def _origin(project: "Workspace", asked: Asked) -> Origin | None:
    """Return what a command's outcome was made from.

    None when a file has changed while it was read, perhaps before, perhaps after.
    """
    places = tuple(_places(project))
    files = inputs.read(places)
    if files.newest > asked.started - inputs.GRAIN:
        return None
    return Origin(
        request=asked.request,
        places=places,
        files=files,
        engine=kept.engine(),
        python=sys.version,
        environment=_environment(sorted({*VARIABLES, *project.reading.variables})),
    )


def _places(project: "Workspace") -> Iterable[str]:
    """Yield the files and folders that the project is read from, there or not."""
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


def _environment(names: Iterable[str]) -> dict[str, str | None]:
    values = {name: os.environ.get(name) for name in names}
    return {
        name: None if value is None else hashlib.sha256(value.encode()).hexdigest()
        for name, value in values.items()
    }


def _tallies(result: "BuildResult") -> Iterable[tuple[str, str, int, int | None]]:
    groups: dict[tuple[str, str], list[int | None]] = {}
    for found in result.results:
        key = (found.resource_type, found.status.value)
        groups.setdefault(key, []).append(found.rows)
    for (kind, status), rows in groups.items():
        known = [number for number in rows if number is not None]
        yield kind, status, len(rows), sum(known) if known else None
