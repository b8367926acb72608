"""What earlier builds left in the database, and what of it has to go."""

from collections.abc import Iterable, Mapping

from warehouse.compiler.reads import parse, tables_read
from warehouse.engine.protocol import Engine
from warehouse.manifest.manifest import Manifest
from warehouse.manifest.nodes import Node
from warehouse.run.histories import SNAPSHOT, Histories
from warehouse.run.states import NodeState, NodeStates

OWN_PARTS = 2  # of a name in a release: schema and table


class Leftovers:
    """The relations that stood when the run began, by what built them.

    `published` are the states of the current release's nodes: a failed build has
    forgotten the node that failed, and may have moved others.
    """

    def __init__(
        self,
        manifest: Manifest,
        states: NodeStates,
        engine: Engine,
        published: Mapping[str, NodeState],
    ) -> None:
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
        self._published = {
            unique_id: state
            for unique_id, state in published.items()
            if state.resource_type != SNAPSHOT  # never forgotten
        }
        self._names = {s.relation_name for s in (*published.values(), *known)}
        self.histories = Histories(manifest, states, self._by_name)

    def stands(self, node: Node) -> bool:
        """Whether what the node builds was there, and of the right kind."""
        if node.relation is None or not is_kept(node):
            return True
        return (*node.relation.key, node.relation.type) in self._existing

    def before(self, unique_id: str) -> NodeState | None:
        """Return how a node was built last; as published, if a build since failed."""
        return self._states.get(unique_id) or self._published.get(unique_id)

    def drop_removed(self, engine: Engine) -> None:
        """Drop what earlier builds made of nodes that no longer stand by themselves."""
        for unique_id, state in self._states.known().items():
            node = self._manifest.nodes.get(unique_id)
            is_gone = node is None or node.is_ephemeral
            if is_gone and not self.histories.keeps(unique_id, state):
                self._states.forget(unique_id)
                self.drop(engine, state)

    def drop_schemas(self, engine: Engine, own: str) -> None:
        """Drop the schemas that earlier builds made and that are empty and unused now.

        Whatever else stands in one keeps it; so does the database, for its own. `own`
        is that of the target, which hooks may write into.
        """
        used = {
            (node.relation.schema or "").lower()
            for node in self._manifest.nodes.values()
            if node.relation is not None and is_kept(node)
        }
        used |= {"main", own.lower()}
        unused = {schema for schema in engine.schemas() if schema.lower() not in used}
        if unused:  # seldom: names are parsed for it
            made = _own_schemas(self._names, engine.dialect)
            for schema in sorted(s for s in unused if s.lower() in made):
                engine.drop_schema(schema)

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


def _own_schemas(names: Iterable[str | None], dialect: str) -> set[str]:
    """Return the schemas, in lower case, of relations that stand in no other database.

    >>> _own_schemas(['"Marts"."orders"', '"other"."main"."orders"', None], "duckdb")
    {'marts'}
    """
    trees = (parse(f"from {name}", dialect) for name in names if name is not None)
    reads = (read for tree in trees if tree is not None for read in tables_read(tree))
    return {read.name[0] for read in reads if len(read.name) == OWN_PARTS}


def is_kept(node: Node) -> bool:
    """Whether the node leaves a relation in the database."""
    if node.is_test:
        return bool(node.config.get("store_failures"))
    return not node.is_ephemeral


def _is_function(built: Node | NodeState) -> bool:
    return built.materialized == "table_function"
