"""What a project uses from where, and whether each part of it works."""

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from warehouse.api.compiling import reader
from warehouse.api.workspace import Options, Workspace
from warehouse.errors import WarehouseError
from warehouse.project.profile import PROFILES_FILE
from warehouse.release.lock import holder
from warehouse.release.provenance import versions


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a diagnosis; `fault` is what is wrong with it."""

    name: str
    value: str
    fault: WarehouseError | None = None


def diagnose(folder: Path, options: Options) -> Iterator[Finding]:
    """Yield what is found, one after the other; a fault ends what rests on it."""
    found = versions()
    yield Finding("warehouse", found.pop("warehouse"))
    yield Finding("python", f"{found.pop('python')}, {sys.executable}")
    yield Finding("parts", ", ".join(f"{k} {v}" for k, v in found.items()))
    try:
        project = Workspace(folder, options)
    except WarehouseError as error:
        yield Finding("project", str(folder.resolve()), error)
        return
    yield Finding("project", f"{project.config.name}, {project.root}")
    yield Finding("profile", _profile(project, options))
    yield _checked("nodes", lambda: _nodes(project))
    yield from _places(project)


def _profile(project: Workspace, options: Options) -> str:
    target = project.target
    folders = [options.profiles_dir, os.environ.get("DBT_PROFILES_DIR"), project.root]
    paths = [Path(f) / PROFILES_FILE for f in (*folders, Path.home() / ".dbt") if f]
    file = next((str(path) for path in paths if path.exists()), "no profiles.yml")
    return f"{target.profile}, target {target.name}, {target.threads} threads, {file}"


def _nodes(project: Workspace) -> str:
    counts = Counter(node.resource_type for node in project.manifest.nodes.values())
    counts["source"] = len(project.manifest.sources)
    return ", ".join(f"{n} {kind}s" for kind, n in sorted(counts.items()) if n)


def _places(project: Workspace) -> Iterator[Finding]:
    home = project.home
    if home is None:
        yield Finding("home", "none: builds go in place, as dbt's")
        path = project.target.path
        exists = path is None or path.exists()
        yield Finding(
            "database", f"{path or 'in memory'}{'' if exists else ', none yet'}"
        )
    else:
        yield Finding("home", str(home.path))
        yield _checked("release", lambda: home.current_id() or "none published yet")
        held = holder(home)
        yield Finding("build lock", "free" if held is None else f"held by {held}")
    yield _checked("opens", lambda: _opens(project))


def _opens(project: Workspace) -> str:
    with reader(project) as engine:
        found = engine.relations()
    return f"yes, {len(found)} tables and views"


def _checked(name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(name, look())
    except WarehouseError as error:
        return Finding(name, "no", error)
