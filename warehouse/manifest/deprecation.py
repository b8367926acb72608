"""`deprecation_date`: warnings of models that are, or soon will be, no more."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from warehouse.errors import CompileError
from warehouse.manifest.builder import NodeBuilder
from warehouse.manifest.nodes import Node


def warn_of_deprecation(nodes: Mapping[str, Node], builder: NodeBuilder) -> None:
    """Warn of deprecated models, and of what refers to them or to those to come.

    Raises CompileError for a date that is none.
    """
    today = datetime.now(UTC).date()
    dates = {
        key: found for key, node in nodes.items() if (found := _date(node)) is not None
    }
    for key, day in dates.items():
        if day <= today:
            name = _name(nodes[key])
            builder.problems.warn(
                f"the model {name} is deprecated since {day}: disable or remove it"
            )
    for node in nodes.values():
        for key in node.depends_on if not node.is_test else ():
            if key in dates:
                builder.problems.warn(_reference(node, nodes[key], dates[key], today))


def _name(node: Node) -> str:
    return node.name if node.version is None else f"{node.name}.{node.version.name}"


def _date(node: Node) -> date | None:
    if node.deprecation_date is None:
        return None
    try:
        return datetime.fromisoformat(node.deprecation_date).date()
    except ValueError as error:
        raise CompileError(
            f'`deprecation_date` "{node.deprecation_date}" is no date',
            location=node.properties,
            hint="write 2026-01-31",
        ) from error


def _reference(node: Node, target: Node, day: date, today: date) -> str:
    when = f"is deprecated since {day}" if day <= today else f"ends on {day}"
    said = f"{node.file.path}: {node.name} refers to {_name(target)}, which {when}"
    version = target.version
    if version is None or version.is_latest:
        return said
    return f"{said}; the latest is ref('{target.name}', v={version.latest})"
