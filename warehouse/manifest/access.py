"""Groups and access: who may refer to a model."""

from collections.abc import Callable, Mapping

from warehouse.errors import CompileError, WarehouseError, nearest
from warehouse.manifest.builder import NodeBuilder
from warehouse.manifest.nodes import Group, Node

Refusal = Callable[[Node, str, str, str], WarehouseError]
ACCESS = ("private", "protected", "public")


def check_access(
    nodes: Mapping[str, Node],
    groups: Mapping[str, Group],
    builder: NodeBuilder,
    refuse: Refusal,
) -> None:
    """Report unknown groups and access, and references that access forbids.

    `refuse` makes the error for a node's reference to an id, where it stands.
    """
    restricted = {p.name for p in builder.packages if p.config.restrict_access}
    for node in nodes.values():
        _check_words(node, groups, builder)
        for unique_id in node.depends_on:
            target = nodes.get(unique_id)
            if target is None or target.resource_type != "model" or node.is_test:
                continue
            reason = _refusal(node, target, restricted)
            if reason is not None:
                message = f'{node.name} may not refer to "{target.name}": {reason}'
                builder.problems.errors.append(
                    refuse(node, unique_id, message, _hint(target))
                )


def _check_words(node: Node, groups: Mapping[str, Group], builder: NodeBuilder) -> None:
    for what, value, known in (
        ("group", node.group, list(groups)),
        ("access", node.config.get("access"), ACCESS),
    ):
        if value is None or node.is_test or value in known:
            continue
        every = f"there is: {', '.join(known)}" if known else None
        builder.problems.errors.append(
            CompileError(
                f'{node.name} has {what} "{value}", which there is not',
                location=node.properties or node.file.location(),
                hint=nearest(str(value), known) or every,
            )
        )


def _refusal(node: Node, target: Node, restricted: set[str]) -> str | None:
    is_foreign = node.package != target.package and target.package in restricted
    if target.access == "private" and (node.group != target.group or is_foreign):
        return f'it is private to the group "{target.group}"'
    if target.access == "protected" and is_foreign:
        return f'it is protected, for the package "{target.package}" alone'
    return None


def _hint(target: Node) -> str:
    if target.access == "private":
        return f"put it into the group {target.group}, or refer to a public model"
    return "refer to a public model"
