"""What a selection comes to, and what a node is called in lists."""

from collections.abc import Mapping, Sequence
from typing import Any

from warehouse.api.workspace import Workspace
from warehouse.errors import UsageError
from warehouse.manifest.artefact import manifest_node
from warehouse.manifest.nodes import Node, Source
from warehouse.manifest.selectors import unmatched

ALL_TYPES = ("all", "default")
LISTED = (
    "name", "resource_type", "package_name", "original_file_path", "unique_id", "alias",
    "source_name", "config", "tags", "depends_on",
)  # fmt: skip


def chosen(
    project: Workspace,
    selected: Sequence[str],
    excluded: Sequence[str],
    types: Sequence[str] | None = None,
) -> tuple[str, ...]:
    """Return the ids that are selected, in build order.

    A term that matches nothing is a warning, and when nothing at all is left to do it
    is a UsageError, with the nearest names.
    """
    found = project.select(selected, excluded, types)
    missing = unmatched(project.selector, selected)
    if missing and not found:
        raise UsageError("\n".join(missing))
    for text in missing:
        project.warn(text)
    return found


def types_of(named: Sequence[str], default: Sequence[str] | None = None) -> Any:
    """Return the resource types that --resource-type names, None for all."""
    return default if not named or set(named) & set(ALL_TYPES) else tuple(named)


def selector(node: Node | Source) -> str:
    """Return what selects exactly this node: its dotted path."""
    if isinstance(node, Source):
        return f"source:{node.package}.{node.source_name}.{node.name}"
    if node.unit is not None:
        return f"unit_test:{node.package}.{node.search_name}"
    if node.declared is not None:
        return f"{node.resource_type}:{node.package}.{node.name}"
    return ".".join(node.fqn)


def name(node: Node | Source) -> str:
    """Return a node's name with its version, a source's with its table."""
    if isinstance(node, Source):
        return f"{node.source_name}.{node.name}"
    return node.name if node.unit is not None else node.search_name


def path(node: Node | Source) -> str:
    """Return the file that a node stands in."""
    return node.location.file if isinstance(node, Source) else node.file.path


def parts(node: Node | Source, keys: Sequence[str]) -> dict[str, Any]:
    """Return these keys of a node's part of the manifest; `a.b` reaches inside."""
    found: dict[str, Any] = manifest_node(node)
    result = {}
    for key in keys:
        value: Any = found
        for step in key.split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
        if value is not None or key in found:
            result[key] = value
    return result


def listed(node: Node | Source) -> dict[str, Any]:
    """Return what `dbt ls --output json` says of a node."""
    found = parts(node, LISTED)
    if "depends_on" in found:
        found["depends_on"] = {"nodes": list(found["depends_on"].get("nodes", ()))}
    return found
