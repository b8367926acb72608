"""What keeps a project to its own files: whether it is closed, and to what it leads."""

from collections.abc import Iterable
from pathlib import Path

from warehouse.engine.closed import GUARD
from warehouse.engine.setup import Setup
from warehouse.errors import ConfigError, Location
from warehouse.project.package import Package
from warehouse.project.reach import is_below, reach
from warehouse.project.settings import Settings
from warehouse.release.home import Home


def is_open(settings: Settings, setup: Setup, home: Home | None) -> bool:
    """Whether a project may reach what it likes, as in dbt.

    The setting `external_access` says so, or else the profile; else it is open in
    place, and closed in a home.
    """
    if settings.external_access is not None:
        return settings.external_access
    for key, value in (*setup.config.items(), *setup.settings.items()):
        if key.lower() == GUARD:
            return str(value).lower() in {"true", "1"}
    return home is None


def check_links(
    packages: Iterable[Package], root: Path, allowed: Iterable[str]
) -> None:
    """Refuse a file or folder that is a link to what nobody allowed.

    Raises ConfigError, before anything of such a file is used.
    """
    packages = tuple(packages)
    declared = reach(root, allowed)
    inside = [package.config.root for package in packages]
    inside += map(Path, declared.folders)
    for package in packages:
        for path, real in package.links():
            if not is_below(real, inside) and str(real) not in declared.files:
                raise ConfigError(
                    f"leads outside the project, to {real}",
                    location=Location(path),
                    hint=f'allow it in [tool.warehouse]: allowed_paths = ["{real}"]',
                )
