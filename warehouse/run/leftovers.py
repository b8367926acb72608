"""What earlier builds left in the database, and what of it has to go."""

from warehouse.engine.protocol import Engine
from warehouse.manifest.manifest import Manifest
from warehouse.manifest.nodes import Node
from warehouse.run.histories import Histories
from warehouse.run.states import NodeState, NodeStates


class Leftovers:
    """The relations that stood when the run began, by what built them."""

    def __init__(self, manifest: Manifest, states: NodeStates, engine: Engine) -> None:
        self._manifest = manifest
        self._states = states
        nodes, known = manifest.nodes.values(), states.known().values()
        relations = engine.relations()
        if any(map(_is_function, nodes)) or any(map(_is_function, known)):
            relations += engine.functions()  # slow, and most projects have none
        self._existing = {(*found.key, found.type) for found in relations}
        self._by_name = {(found.is_function, str(found)): found for found in relations}
        self._owned = {
            (_is_function(node), str(node.relation))
            for node in nodes
            if node.relation is not None and is_kept(node)
        }
        self.histories = Histories(manifest, states, self._by_name)

    def stands(self, node: Node) -> bool:
        """Whether what the node builds was there, and of the right kind."""
        if node.relation is None or not is_kept(node):
            return True
        return (*node.relation.key, node.relation.type) in self._existing

    def drop_removed(self, engine: Engine) -> None:
        """Drop what earlier builds made of nodes that no longer stand by themselves."""
        for unique_id, state in self._states.known().items():
            node = self._manifest.nodes.get(unique_id)
            is_gone = node is None or node.is_ephemeral
            if is_gone and not self.histories.keeps(unique_id, state):
                self._states.forget(unique_id)
                self.drop(engine, state)

    def drop(self, engine: Engine, state: NodeState | None) -> None:
        """Drop what a node left under a name that no node has now."""
        if state is None or state.relation_name is None:
            return
        key = (_is_function(state), state.relation_name)
        if key in self._by_name and key not in self._owned:
            engine.drop(self._by_name[key])

    def _drop_moved(self, engine: Engine, node: Node, state: NodeState | None) -> None:
        """Drop what a node left under another name, or as what it is no more."""
        if state is None:
            return
        left = (_is_function(state), state.relation_name)
        if left != (_is_function(node), str(node.relation)):
            self.drop(engine, state)

    def tidy(self, engine: Engine, node: Node, state: NodeState | None) -> None:
        """Make room for a node: what its last build left elsewhere goes."""
        self.histories.protect(engine, node)
        if node.resource_type == "snapshot":
            self.histories.move(engine, node, state)
        else:
            self._drop_moved(engine, node, state)


def is_kept(node: Node) -> bool:
    """Whether the node leaves a relation in the database."""
    if node.is_test:
        return bool(node.config.get("store_failures"))
    return not node.is_ephemeral


def _is_function(built: Node | NodeState) -> bool:
    return built.materialized == "table_function"
