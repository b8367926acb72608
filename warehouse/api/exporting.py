"""The marts of a build, out of the warehouse as Parquet."""

from collections.abc import Iterator
from pathlib import Path

from warehouse.api.workspace import Workspace
from warehouse.engine.protocol import Engine
from warehouse.errors import ReleaseError
from warehouse.manifest.nodes import Node
from warehouse.release import disk
from warehouse.release.datapackage import write_datapackage
from warehouse.release.export import export_mart
from warehouse.release.home import Home
from warehouse.release.mart import Mart
from warehouse.release.record import MARTS_FOLDER, MartFile


def export_marts(
    project: Workspace, engine: Engine, folder: Path, home: Home
) -> tuple[MartFile, ...]:
    """Write the marts' files anew into a candidate's folder, and what they are.

    Equal data gives equal bytes. Nothing of an earlier export stays. Raises
    ReleaseError.
    """
    with disk.reported("clear the marts"):
        for leftover in folder.iterdir():
            disk.remove(leftover)
    current = home.current_id()
    earlier = None if current is None else home.folder(current) / MARTS_FOLDER
    marts = list(_marts(project, engine))
    exported = tuple(export_mart(engine, mart, folder, earlier) for mart in marts)
    about = {mart.name: mart.description for mart in marts}
    with disk.reported("describe the marts"):
        write_datapackage(folder, project.config.name, exported, about)
    return exported


def _marts(project: Workspace, engine: Engine) -> Iterator[Mart]:
    existing = {relation.key for relation in engine.relations()}
    manifest = project.manifest
    for unique_id in project.exported():
        node = manifest.nodes.get(unique_id)
        if node is None or node.resource_type != "model" or node.relation is None:
            continue
        if node.relation.key not in existing:
            continue  # a partial build has not come to it yet
        yield Mart(
            relation=node.relation,
            name=node.relation.identifier or node.name,
            description=node.description,
            column_descriptions={
                name: info.description for name, info in node.columns.items()
            },
            key=manifest.primary_key(unique_id),
            partition_by=_partition_by(node),
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
