"""`dbt_project.yml`: a package's name, folders, variables and config trees."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from warehouse.errors import ConfigError, Location, nearest
from warehouse.project.files import read_text
from warehouse.project.version_range import allows
from warehouse.project.yaml import Block, parse

PROJECT_FILE = "dbt_project.yml"
DBT_VERSION = "1.11.0"  # the dialect of dbt that is spoken
VERSION_CHECK = "DBT_VERSION_CHECK"  # dbt's own way to pass over a range

# Renders the `{{ }}` in a YAML value; handed in, since templates are another room.
Renderer = Callable[[Any], Any]

_PATHS = {
    "model-paths": ["models"],
    "seed-paths": ["seeds"],
    "macro-paths": ["macros"],
    "test-paths": ["tests"],
    "snapshot-paths": ["snapshots"],
    "analysis-paths": ["analyses"],
    "docs-paths": [],
    "asset-paths": [],
    "function-paths": ["functions"],
}
CONFIG_TREES = {
    "models": "model",
    "seeds": "seed",
    "snapshots": "snapshot",
    "sources": "source",
    "tests": "test",
    "data_tests": "test",
    "unit_tests": "unit_test",
    "analyses": "analysis",
    "exposures": "exposure",
    "metrics": "metric",
    "semantic-models": "semantic_model",
    "saved-queries": "saved_query",
    "functions": "function",
}
_KNOWN_KEYS = frozenset(
    {
        "name", "version", "config-version", "profile", "target-path", "clean-targets",
        "packages-install-path", "log-path", "vars", "on-run-start", "on-run-end",
        "dispatch", "query-comment", "quoting", "require-dbt-version", "flags",
        "restrict-access", "dbt-cloud", "anchors", *_PATHS, *CONFIG_TREES,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ProjectConfig:
    """A package's `dbt_project.yml`; paths are relative to `root`."""

    name: str
    root: Path
    profile: str | None
    paths: Mapping[str, tuple[str, ...]]
    version: str | None = None
    target_path: str = "target"
    clean_targets: tuple[str, ...] = ("target",)
    packages_path: str = "dbt_packages"
    vars: Mapping[str, Any] = field(default_factory=dict)
    configs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    hooks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dispatch: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    quoting: Mapping[str, bool] = field(default_factory=dict)
    restrict_access: bool = False
    unknown_keys: tuple[tuple[str, Location], ...] = ()

    def folders(self, kind: str) -> tuple[str, ...]:
        """Return the folders of a kind of resource: model, seed, macro, test, …."""
        return self.paths[f"{kind}-paths"]


def load_project_head(root: Path, render: Renderer) -> ProjectConfig:
    """Read of the `dbt_project.yml` in `root` what does not depend on the target.

    Raises ConfigError when it is missing or has no name.
    """
    return _head(_project_block(root), root, render)


def _project_block(root: Path) -> Block:
    path = root / PROJECT_FILE
    if not path.exists():
        raise ConfigError(
            f"no {PROJECT_FILE} in {root}",
            hint="run in a project's folder, or say --project-dir",
        )
    block = parse(read_text(path, PROJECT_FILE), PROJECT_FILE).block()
    if not isinstance(block.data, dict):
        raise block.error("the file must be a mapping of keys")
    return block


def _head(block: Block, root: Path, render: Renderer) -> ProjectConfig:
    name = block.at("name").rendered(render)
    profile = block.at("profile").rendered(render)
    if not isinstance(name, str) or not name.isidentifier():
        raise block.error("`name` must be letters, digits and underscores", "name")
    packages = block.at("packages-install-path").rendered(render)
    return ProjectConfig(
        name, root, profile, paths={}, packages_path=packages or "dbt_packages"
    )


def load_project_config(root: Path, render: Renderer) -> ProjectConfig:
    """Read the `dbt_project.yml` in `root`.

    Raises ConfigError when it is missing, has no name, or a part has a wrong shape.
    """
    block = _project_block(root)
    head = _head(block, root, render)
    _check_version(block, head.name)
    return replace(
        head,
        paths={key: _folders(block, key, render) for key in _PATHS},
        version=str(block.get("version", "")) or None,
        target_path=block.at("target-path").rendered(render) or "target",
        clean_targets=tuple(_rendered(block, "clean-targets", ["target"], render)),
        vars=_mapping(block, "vars"),
        configs=_config_trees(block, render),
        hooks={key: tuple(_strings(block, key, [])) for key in _HOOKS},
        dispatch=_dispatch(block),
        quoting=_mapping(block, "quoting"),
        restrict_access=bool(block.get("restrict-access", False)),
        unknown_keys=tuple(
            (key, block.location(key)) for key in block.data if key not in _KNOWN_KEYS
        ),
    )


_HOOKS = ("on-run-start", "on-run-end")
# Rendered when they run.
_NODE_HOOKS = frozenset(
    plus + hook
    for plus in ("", "+")
    for hook in ("pre-hook", "pre_hook", "post-hook", "post_hook")
)


def _check_version(block: Block, name: str) -> None:
    """Refuse a project or package that was not written for the dbt that is spoken."""
    wanted = _strings(block, "require-dbt-version", [])
    is_checked = os.environ.get(VERSION_CHECK, "").lower() not in {"0", "false", "f"}
    if is_checked and not allows(",".join(wanted), DBT_VERSION):
        raise block.error(
            f"{name} requires dbt {', '.join(wanted)}; "
            f"what is spoken here is dbt {DBT_VERSION}",
            "require-dbt-version",
            hint=f"change the range, or set {VERSION_CHECK}=false",
        )


def unknown_key(key: str) -> str | None:
    """Return a hint for a key that `dbt_project.yml` does not have."""
    return nearest(key, _KNOWN_KEYS)


def _folders(block: Block, key: str, render: Renderer) -> tuple[str, ...]:
    folders = _rendered(block, key, _PATHS[key], render)
    for folder in folders:
        if Path(folder).is_absolute() or ".." in Path(folder).parts:
            raise block.error(f"`{key}` leads outside the project: {folder}", key)
    return tuple(folders)


def _strings(block: Block, key: str, default: list[str]) -> list[str]:
    value = block.get(key)
    if value is None:
        return default
    if isinstance(value, str):
        return [value]
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise block.error(f"`{key}` must be a list of texts", key)
    return value


def _rendered(
    block: Block, key: str, default: list[str], render: Renderer
) -> list[str]:
    """Return a list of texts, each rendered."""
    if block.get(key) is None:
        return default
    _strings(block, key, default)  # refuses another shape
    found = block.at(key).rendered(render)
    return [found] if isinstance(found, str) else found


def _mapping(block: Block, key: str) -> dict[str, Any]:
    value = block.get(key) or {}
    if not isinstance(value, dict):
        raise block.error(f"`{key}` must be a mapping", key)
    return value


def _config_trees(block: Block, render: Renderer) -> dict[str, dict[str, Any]]:
    trees: dict[str, dict[str, Any]] = {}
    for key, resource_type in CONFIG_TREES.items():
        tree = {}
        if _mapping(block, key):
            tree = block.at(key).rendered(render, _NODE_HOOKS)
        trees[resource_type] = {**trees.get(resource_type, {}), **tree}
    return trees


def _dispatch(block: Block) -> dict[str, tuple[str, ...]]:
    return {
        item.get("macro_namespace"): tuple(item.get("search_order") or ())
        for item in block.items("dispatch")
    }
