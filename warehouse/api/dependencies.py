"""Installing what a project requires, before the project can be read as a whole."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from warehouse.api.variables import yaml_renderer
from warehouse.jinja.environment import Environment
from warehouse.jinja.invocation import EnvVar, Reading
from warehouse.project.config import load_project_head
from warehouse.project.installing import Installed, install


def install_dependencies(
    folder: Path,
    variables: Mapping[str, Any],
    *,
    upgrade: bool = False,
    lock_only: bool = False,
) -> list[Installed]:
    """Install the packages of packages.yml or dependencies.yml; see `install`."""
    render = yaml_renderer(Environment(), variables, EnvVar(Reading()))
    config = load_project_head(folder.resolve(), render)
    return install(config, render, upgrade=upgrade, lock_only=lock_only)
