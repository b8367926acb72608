"""How a selector's method matches a node: by name, path, tag, config, and more."""

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Any

from warehouse.errors import UsageError
from warehouse.manifest.nodes import Node, Source

Matcher = Callable[[Node | Source, str, str], bool]


def _by_fqn(node: Node | Source, value: str, _: str) -> bool:
    """Match a name, a folder with all below it, or a dotted path; `*` and `?` work.

    As in dbt, sources are selected by their own method only.
    """
    if isinstance(node, Source):
        return False
    is_versioned = node.version is not None and node.unit is None
    if fnmatchcase(node.fqn[-2] if is_versioned else node.fqn[-1], value):
        return True
    if is_versioned and value in {".".join(node.fqn[-2:]), "_".join(node.fqn[-2:])}:
        return True
    wanted = value.split(".")
    for fqn in (node.fqn, node.fqn[1:]):
        parts = zip(fqn, wanted, strict=False)
        if len(fqn) >= len(wanted) and all(fnmatchcase(*pair) for pair in parts):
            return True
    return False


def _by_path(node: Node | Source, value: str, _: str) -> bool:
    """Match a file, a folder above it, or the properties file that describes it."""
    path = PurePosixPath(_file(node))
    wanted = PurePosixPath(value)
    properties = (
        node.properties.file if isinstance(node, Node) and node.properties else ""
    )
    files = (path, PurePosixPath(properties))
    return wanted in (*files, *path.parents) or any(f.match(str(wanted)) for f in files)


def _by_file(node: Node | Source, value: str, _: str) -> bool:
    path = PurePosixPath(_file(node))
    return fnmatchcase(path.name, value) or fnmatchcase(path.stem, value)


def _file(node: Node | Source) -> str:
    return node.file.path if isinstance(node, Node) else node.location.file


def _by_source(node: Node | Source, value: str, _: str) -> bool:
    if not isinstance(node, Source):
        return False
    full = (node.package, node.source_name, node.name)
    wanted = value.split(".")
    starts = [full, full[1:]] if len(wanted) < 3 else [full]
    return any(
        all(fnmatchcase(*pair) for pair in zip(start, wanted, strict=False))
        for start in starts
    )


def _by_tag(node: Node | Source, value: str, _: str) -> bool:
    return any(fnmatchcase(tag, value) for tag in node.tags)


def _by_config(node: Node | Source, value: str, argument: str) -> bool:
    found: Any = node.config
    for key in argument.split("."):
        found = found.get(key) if isinstance(found, Mapping) else None
    members = found if isinstance(found, list | tuple) else [found]
    return any(fnmatchcase(_text(member), value) for member in members)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _by_resource_type(node: Node | Source, value: str, _: str) -> bool:
    return node.resource_type == value


def _by_package(node: Node | Source, value: str, _: str) -> bool:
    return fnmatchcase(node.package, value)


def _by_test_name(node: Node | Source, value: str, _: str) -> bool:
    if isinstance(node, Node) and node.unit is not None:
        return fnmatchcase(node.name, value)
    test = node.test if isinstance(node, Node) else None
    return test is not None and fnmatchcase(test.name, value)


def _by_test_type(node: Node | Source, value: str, _: str) -> bool:
    if not isinstance(node, Node) or not node.is_test:
        return False
    if node.unit is not None:
        return value == "unit"
    kind = "generic" if node.test is not None else "singular"
    return value in {kind, "data", "schema" if kind == "generic" else kind}


def _by_unit_test(node: Node | Source, value: str, _: str) -> bool:
    return isinstance(node, Node) and node.unit is not None and _named(node, value)


def _named(node: Node | Source, value: str) -> bool:
    """Match a name, or a package and a name."""
    package, _, name = value.rpartition(".")
    return fnmatchcase(node.name, name) and fnmatchcase(node.package, package or "*")


def _by_kind(kind: str) -> Matcher:
    """Return what matches a kind of declared node by name."""

    def match(node: Node | Source, value: str, _: str) -> bool:
        return node.resource_type == kind and _named(node, value)

    return match


def _by_group(node: Node | Source, value: str, _: str) -> bool:
    group = node.config.get("group")
    return group is not None and fnmatchcase(str(group), value)


def _by_access(node: Node | Source, value: str, _: str) -> bool:
    return isinstance(node, Node) and _is_model(node) and node.access == value


def _by_version(node: Node | Source, value: str, _: str) -> bool:
    """Match `latest`, `old`, `prerelease`, or `none` for a model without versions."""
    if value not in {"latest", "old", "prerelease", "none"}:
        raise UsageError(
            f'no version selector "{value}": latest, old, prerelease, none'
        )
    if not isinstance(node, Node) or not _is_model(node):
        return False
    return value == ("none" if node.version is None else node.version.age)


def _is_model(node: Node) -> bool:
    return node.resource_type == "model"


METHODS: Mapping[str, Matcher] = {
    "fqn": _by_fqn,
    "path": _by_path,
    "file": _by_file,
    "source": _by_source,
    "tag": _by_tag,
    "config": _by_config,
    "resource_type": _by_resource_type,
    "package": _by_package,
    "test_name": _by_test_name,
    "test_type": _by_test_type,
    "unit_test": _by_unit_test,
    "exposure": _by_kind("exposure"),
    "metric": _by_kind("metric"),
    "semantic_model": _by_kind("semantic_model"),
    "saved_query": _by_kind("saved_query"),
    "group": _by_group,
    "access": _by_access,
    "version": _by_version,
}
