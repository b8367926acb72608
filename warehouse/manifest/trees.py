"""Config trees of `dbt_project.yml` against what they configure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from warehouse.errors import ConfigError, Location, nearest
from warehouse.manifest.config import KNOWN_KEYS
from warehouse.manifest.nodes import Node, Source
from warehouse.project.config import PROJECT_FILE, ProjectConfig


def unused_folders(
    config: ProjectConfig, nodes: Mapping[str, Node], sources: Mapping[str, Source]
) -> Iterator[ConfigError]:
    """Yield an error for each part of a tree that no node is under.

    A misspelt folder, or a misspelt config key whose value is a mapping. Unknown keys
    with a `+` are reported too.
    """
    everything: list[Node | Source] = [*nodes.values(), *sources.values()]
    for resource_type, tree in config.configs.items():
        if resource_type not in KNOWN_KEYS:
            continue
        fqns = [n.fqn for n in everything if n.resource_type == resource_type]
        known = KNOWN_KEYS[resource_type] | {"pre-hook", "post-hook"}
        for path, key, is_folder in _keys(tree, ()):
            where = ".".join((resource_type + "s", *path))
            if is_folder and not any(
                fqn[: len(path) + 1] == (*path, key) for fqn in fqns
            ):
                steps = {fqn[len(path)] for fqn in fqns if len(fqn) > len(path)}
                yield _error(f"`{where}.{key}` configures nothing", key, steps | known)
            elif not is_folder and key not in known:
                yield _error(f"unknown config `{key}` under `{where}`", key, known)


def _error(message: str, key: str, known: Iterable[str]) -> ConfigError:
    return ConfigError(
        message, location=Location(PROJECT_FILE), hint=nearest(key, known)
    )


def _keys(
    tree: Mapping[str, Any], path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], str, bool]]:
    """Yield each key of a tree with the path to it and whether it is a folder."""
    for key, value in tree.items():
        is_folder = isinstance(value, Mapping) and not key.startswith("+")
        yield path, key.removeprefix("+"), is_folder
        if is_folder:
            yield from _keys(value, (*path, key))
