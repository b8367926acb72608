"""`profiles.yml`: the database that a build goes to."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from warehouse.errors import ConfigError, Location, nearest
from warehouse.project.config import ProjectConfig, Renderer
from warehouse.project.files import read_text
from warehouse.project.yaml import Block, parse

PROFILES_FILE = "profiles.yml"
MEMORY = ":memory:"


@dataclass(frozen=True, slots=True)
class Target:
    """One output of a profile: where to build, and with how many threads.

    `path` is the database file of an in-place build (None: in memory), `root` the
    project's folder, from which relative paths count, `settings` are DuckDB's own,
    `output` is the YAML as written, for what templates ask of `target`. `is_released`:
    the build goes to a release, whose file has other names later.
    """

    name: str
    profile: str
    type: str
    path: Path | None
    database: str
    schema: str
    threads: int
    root: Path = Path()
    settings: Mapping[str, Any] = field(default_factory=dict)
    output: Mapping[str, Any] = field(default_factory=dict)
    is_released: bool = False

    @property
    def implied_database(self) -> str | None:
        """The database that names leave out: that of a release; in place none is."""
        return self.database if self.is_released else None


def load_target(
    project: ProjectConfig,
    profiles_dir: Path | None,
    target: str | None,
    render: Renderer,
) -> Target:
    """Choose the target that the command, or else the profile, names.

    The file is looked for in `profiles_dir`, else in $DBT_PROFILES_DIR, the project's
    folder and ~/.dbt. Without any, the build goes to a DuckDB file named for the
    project. Raises ConfigError for an unknown profile or target, or another database.
    """
    path = _find_profiles(project.root, profiles_dir)
    if path is None:
        if target not in {None, "dev"}:
            raise ConfigError(f'no {PROFILES_FILE}, so no target "{target}"')
        return _duckdb_target("dev", project, {"path": f"{project.name}.duckdb"})
    block = parse(read_text(path), str(path)).block()
    name = project.profile or project.name
    outputs = _outputs(block, name)
    default = block.at(name).at("target").rendered(render) or "default"
    chosen = target or default
    if chosen not in outputs:
        raise block.error(
            f'the profile "{name}" has no target "{chosen}"',
            name,
            hint=nearest(chosen, outputs) or f"targets: {', '.join(outputs)}",
        )
    output = block.at(name).at("outputs").at(chosen).rendered(render)
    if output.get("type") != "duckdb":
        raise block.error(
            f'target "{chosen}" is of type "{output.get("type")}"; only duckdb is '
            "supported",
            *(name, "outputs", chosen),
        )
    return _duckdb_target(chosen, project, output)


def _find_profiles(root: Path, profiles_dir: Path | None) -> Path | None:
    if profiles_dir is not None:
        path = profiles_dir / PROFILES_FILE
        if not path.exists():
            raise ConfigError(f"no {PROFILES_FILE} in {profiles_dir}")
        return path
    folders = [os.environ.get("DBT_PROFILES_DIR"), root, Path.home() / ".dbt"]
    paths = [Path(folder) / PROFILES_FILE for folder in folders if folder]
    return next((path for path in paths if path.exists()), None)


def _outputs(block: Block, name: str) -> dict[str, Any]:
    profiles = block.data if isinstance(block.data, dict) else {}
    if name not in profiles:
        known = [key for key in profiles if key != "config"]
        raise ConfigError(
            f'no profile "{name}"',
            location=block.location(),
            hint=nearest(name, known) or f"profiles: {', '.join(known)}",
        )
    outputs = profiles[name].get("outputs")
    if not isinstance(outputs, dict):
        raise block.error(f'the profile "{name}" has no outputs', name)
    return outputs


def _duckdb_target(
    name: str, project: ProjectConfig, output: Mapping[str, Any]
) -> Target:
    raw = output.get("path", MEMORY)
    path = None if raw == MEMORY else Path(raw)
    if path is not None and not path.is_absolute():
        path = project.root / path
    # DuckDB names a database for its file up to the first dot.
    default = path.name.lstrip(".").split(".")[0] if path is not None else "memory"
    threads = output.get("threads", os.cpu_count() or 1)
    if not isinstance(threads, int) or threads < 1:
        raise ConfigError(
            f"`threads` of target {name} must be a whole number from 1",
            location=Location(PROFILES_FILE),
        )
    return Target(
        name=name,
        profile=project.profile or project.name,
        type="duckdb",
        path=path,
        database=output.get("database") or default,
        schema=output.get("schema") or "main",
        threads=threads,
        root=project.root,
        settings=output.get("settings") or {},
        output=output,
    )
