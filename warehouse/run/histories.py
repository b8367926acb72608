"""Snapshots' histories from build to build: they exist nowhere else."""

from collections.abc import Mapping

from warehouse.compiler.compiled import Compiled
from warehouse.compiler.fingerprint import Fingerprint, history_fingerprint
from warehouse.engine.protocol import Engine
from warehouse.errors import ExecutionError
from warehouse.jinja.relation import Relation
from warehouse.manifest.manifest import Manifest
from warehouse.manifest.nodes import Node
from warehouse.run.states import NodeState, NodeStates, NoStates

SNAPSHOT = "snapshot"
ROW = "__version_of_a_row"  # like no column's name


class Histories:
    """What is known of the snapshots of a database, also of those no longer read."""

    def __init__(
        self,
        manifest: Manifest,
        states: NodeStates,
        standing: Mapping[tuple[bool, str], Relation],
    ) -> None:
        self._states = states
        self._standing = standing
        self._left = {
            state.relation_name: unique_id
            for unique_id, state in states.known().items()
            if state.resource_type == SNAPSHOT and unique_id not in manifest.nodes
        }

    def keeps(self, unique_id: str, state: NodeState) -> bool:
        """Whether what a removed node left must stay: a history that still stands."""
        is_there = (False, state.relation_name or "") in self._standing
        return self._left.get(state.relation_name) == unique_id and is_there

    def fingerprint(self, engine: Engine, compiled: Compiled) -> Fingerprint | None:
        """Return what tells one state of a history from another: its rows.

        So what is downstream runs again only when a version was added. In place nothing
        is reused, and nothing is read for it.
        """
        if isinstance(self._states, NoStates):
            return None
        relation = compiled.node.relation
        found = engine.execute(
            f"select count(*), sum(hash({ROW})::hugeint), bit_xor(hash({ROW})) "
            f"from {relation} as {ROW}"
        )
        return history_fingerprint(compiled, "_".join(map(str, found.rows[0])))

    def move(self, engine: Engine, node: Node, state: NodeState | None) -> None:
        """Let a snapshot that has got another name take its history with it."""
        if node.relation is None or state is None or state.relation_name is None:
            return
        old = self._standing.get((False, state.relation_name))
        is_free = (False, str(node.relation)) not in self._standing
        if old is not None and is_free and old != node.relation:
            engine.execute(f"create table {node.relation} as from {old}")
            engine.execute(f"drop table {old}")

    def protect(self, engine: Engine, node: Node) -> None:
        """Refuse to build over the history of a snapshot that the project has no more.

        Another snapshot may go on with it: then it was renamed.
        """
        removed = self._left.get(str(node.relation))
        if removed is None or node.relation is None:
            return
        if node.resource_type == SNAPSHOT:
            self._states.forget(removed)
        elif engine.columns(node.relation):
            name = removed.rpartition(".")[2]
            raise ExecutionError(
                f"{node.relation} holds the history of the snapshot {name}, "
                "which is no longer in the project",
                location=node.file.location(),
                hint=f"give {node.name} another alias, or drop the table in an "
                "on-run-start hook if nobody needs its history",
            )
