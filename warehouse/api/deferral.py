"""--defer: where an earlier run has what this one does not build."""

from typing import Any

from warehouse.errors import UsageError
from warehouse.jinja.relation import Relation
from warehouse.manifest.previous import Artefacts, NoPrevious

DEFERRED = ("model", "seed", "snapshot")


def deferred_relations(previous: NoPrevious, database: str) -> dict[str, Relation]:
    """Return the relations of an earlier manifest by id.

    `database` is the target's own, which names leave out. Raises UsageError when no
    earlier run is named.
    """
    if not isinstance(previous, Artefacts):
        raise UsageError(
            "--defer needs an earlier run's manifest",
            hint="say --state FOLDER, or --defer-state FOLDER",
        )
    return {
        unique_id: _relation(node, database)
        for unique_id, node in previous.nodes.items()
        if node["resource_type"] in DEFERRED and node.get("relation_name")
    }


def _relation(node: dict[str, Any], own: str) -> Relation:
    database = node.get("database") or own
    found = Relation(database, node.get("schema"), node.get("alias") or node["name"])
    return found.include(database=database.lower() != own.lower())
