"""The whole project as one frozen value: nodes, sources and the edges between them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from warehouse.jinja.macros import Macro
from warehouse.manifest.graph import Graph
from warehouse.manifest.nodes import Group, Node, Source


@dataclass(frozen=True, slots=True)
class Manifest:
    """Every enabled node and source by id; `graph` has an edge for each dependency."""

    project: str
    nodes: Mapping[str, Node]
    sources: Mapping[str, Source]
    graph: Graph
    order: tuple[str, ...]
    disabled: Mapping[str, Node] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    macros: Mapping[str, Macro] = field(default_factory=dict)

    def __getitem__(self, unique_id: str) -> Node | Source:
        found = self.nodes.get(unique_id)
        return found if found is not None else self.sources[unique_id]

    def tests_of(self, unique_id: str) -> tuple[Node, ...]:
        """Return the tests of a node, by id: data tests that read it, unit tests."""
        users = self.graph.downstream.get(unique_id, frozenset())
        found = (self.nodes[user] for user in sorted(users) if user in self.nodes)
        return tuple(node for node in found if node.is_test)

    def readers(self, unique_id: str) -> tuple[str, ...]:
        """Return the ids of what reads a node, through the ephemeral ones it is in."""
        return tuple(self.graph.nearest(unique_id, self._stands_alone, downstream=True))

    def read_by(self, unique_id: str) -> tuple[str, ...]:
        """Return the ids of what a node reads, through the ephemeral ones inside it."""
        return tuple(self.graph.nearest(unique_id, self._stands_alone))

    def _stands_alone(self, unique_id: str) -> bool:
        node = self.nodes.get(unique_id)
        return node is None or not node.is_ephemeral

    def primary_key(self, unique_id: str) -> tuple[str, ...]:
        """Return the columns that tests declare to be a node's key, or none.

        A `unique` test of a column, or else a test of several columns whose name begins
        with `unique` and whose arguments list them, as in dbt_utils.
        """
        several: tuple[str, ...] = ()
        for node in self.tests_of(unique_id):
            test = node.test
            if test is None or test.attached != unique_id or node.config.get("where"):
                continue
            if test.name == "unique" and test.column:
                return (test.column.strip('"'),)
            lists = [v for v in test.kwargs.values() if isinstance(v, list)]
            if test.name.startswith("unique") and len(lists) == 1:
                several = tuple(str(column) for column in lists[0])
        return several
