"""The gates of each mart: its model's `meta`, else the project's."""

from collections.abc import Callable

from warehouse.api.workspace import Workspace
from warehouse.project.gates import Gates, read_gates


def gates_of(project: Workspace) -> Callable[[str], Gates]:
    """Return what finds a mart's gates by its name.

    Raises ConfigError, at the line of the properties, for what is no gate.
    """
    base = project.settings.gates
    own: dict[str, Gates] = {}
    for unique_id in project.exported:
        node = project.manifest.nodes.get(unique_id)
        if node is not None and node.relation is not None and "gates" in node.meta:
            place = node.properties or node.file.location()
            gates = read_gates(node.meta["gates"], base, "meta: gates", place)
            own[node.relation.identifier or node.name] = gates
    return lambda name: own.get(name, base)
