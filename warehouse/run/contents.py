"""What every node holds, as fingerprints: just built, or as it stands."""

from collections.abc import Mapping

from warehouse.compiler.compile import Compiler
from warehouse.compiler.compiled import Compiled
from warehouse.compiler.fingerprint import Fingerprint, definition, fingerprint
from warehouse.engine.protocol import Engine
from warehouse.jinja.faults import DatabaseNeeded
from warehouse.jinja.macros import MacroLibrary
from warehouse.manifest.manifest import Manifest
from warehouse.manifest.nodes import Node
from warehouse.run.materializations.registry import custom_materialization
from warehouse.run.plan import Plan, is_run, no_database
from warehouse.run.results import RunResult
from warehouse.run.states import NodeStates
from warehouse.run.steps import INCREMENTAL, Steps

# What shows other rows as soon as what it reads does.
VIEWS = frozenset({"view", "table_function"})


def content_of(
    library: MacroLibrary,
    compiled: Compiled,
    upstream: Mapping[str, Fingerprint | None],
    database: str,
) -> Fingerprint | None:
    """Return what a node would hold; None if its own macro builds it, in any way."""
    if custom_materialization(library, compiled.node):
        return None
    return fingerprint(compiled, upstream, database)


class Contents:
    """The fingerprints of a run's nodes, and of what they read."""

    def __init__(
        self,
        manifest: Manifest,
        compiler: Compiler,
        states: NodeStates,
        steps: Steps,
        database: str,
    ) -> None:
        self._manifest = manifest
        self._compiler = compiler
        self._states = states
        self._steps = steps
        self._database = database
        self._found: dict[str, Fingerprint | None] = {}

    def know(self, node: Node, own: Fingerprint | None) -> None:
        """Take note of what a node of this run holds; None where nobody can tell."""
        self._found[node.unique_id] = own

    def fingerprint(self, engine: Engine, compiled: Compiled) -> Fingerprint | None:
        """Return what a node would hold if it were built now; None if unknown."""
        upstream = {
            key: self._upstream(engine, key) for key in compiled.node.depends_on
        }
        library = self._compiler.templates.library
        return content_of(library, compiled, upstream, self._database)

    def _upstream(self, engine: Engine, unique_id: str) -> Fingerprint | None:
        """Return what an upstream node holds: as just run, or as it stands."""
        node = self._manifest.nodes.get(unique_id)
        if unique_id not in self._found and node is not None:
            self._found[unique_id] = self._standing(engine, node)
        return self._found.get(unique_id)

    def _standing(self, engine: Engine, node: Node) -> Fingerprint | None:
        """Return the fingerprint of a node that is not part of this run.

        A table holds what it was built from. A view shows what its upstream holds now,
        so that its recorded fingerprint counts only while a rebuild would give it too.
        """
        state = self._states.get(node.unique_id)
        recorded = state.fingerprint if state is not None else None
        if not (node.is_ephemeral or node.materialized in VIEWS):
            return Fingerprint.read(recorded)
        compiled = self._compiler.compile(node, lambda: engine)
        own = self.fingerprint(engine, compiled)
        if node.is_ephemeral or (own is not None and own.same_data(recorded)):
            return own
        return None

    def stale(self, engine: Engine, plan: Plan, run: RunResult) -> list[str]:
        """List the nodes outside the plan that are not as a full build would have them.

        Those never built, those whose fingerprint differs, and of those without one
        all that is downstream of what ran.
        """
        ran = [result.unique_id for result in run.results if not result.is_reused]
        touched = self._manifest.graph.descendants(ran)
        others = (
            node
            for node in map(self._manifest.nodes.get, self._manifest.order)
            if node is not None
            and is_run(node)
            and node.is_compiled
            and node.unique_id not in plan.waits_for
        )
        return [
            node.unique_id
            for node in others
            if not self._is_current(engine, node, touched)
        ]

    def _is_current(self, engine: Engine, node: Node, touched: set[str]) -> bool:
        state = self._states.get(node.unique_id)
        if state is None:
            return False
        if node.materialized == INCREMENTAL and self._steps.are_kept:
            is_as_written = self._steps.is_current(node, state)
            return is_as_written and node.unique_id not in touched
        try:
            compiled = self._compiler.compile(node, no_database)
        except DatabaseNeeded:
            return node.unique_id not in touched
        if node.resource_type == "snapshot":
            is_as_said = (state.fingerprint or "").startswith(definition(compiled))
            return is_as_said and node.unique_id not in touched
        own = self.fingerprint(engine, compiled)
        if own is None:
            return node.unique_id not in touched
        return own.same_data(state.fingerprint)
