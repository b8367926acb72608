"""The models that leave as Parquet, and how."""

from collections.abc import Iterator

from warehouse.api.workspace import Workspace
from warehouse.errors import ReleaseError
from warehouse.manifest.nodes import Node
from warehouse.release.mart import Mart


def marts_of(project: Workspace) -> Iterator[tuple[str, Mart]]:
    """Yield what is to leave, by node, in build order."""
    manifest = project.manifest
    for unique_id in project.exported:
        node = manifest.nodes.get(unique_id)
        if node is None or node.resource_type != "model" or node.relation is None:
            continue
        yield (
            unique_id,
            Mart(
                relation=node.relation,
                name=node.relation.identifier or node.name,
                description=node.description,
                column_descriptions={
                    name: info.description for name, info in node.columns.items()
                },
                key=manifest.primary_key(unique_id),
                partition_by=_partition_by(node),
            ),
        )


def _partition_by(node: Node) -> tuple[str, ...]:
    """Return the columns of `partition_by`: a list, or names with commas between."""
    asked = node.config.get("partition_by") or ()
    if isinstance(asked, str):
        asked = [name.strip() for name in asked.split(",")]
    if not isinstance(asked, list | tuple) or not all(
        isinstance(name, str) for name in asked
    ):
        raise ReleaseError(
            f"`partition_by` names columns, and is {asked!r}",
            location=node.properties or node.file.location(),
        )
    return tuple(asked)
