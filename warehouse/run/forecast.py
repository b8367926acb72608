"""What a build would do with each node, and why: known without a database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from warehouse.compiler.compile import Compiled, Compiler
from warehouse.compiler.differences import first_difference, never_reused
from warehouse.compiler.fingerprint import Fingerprint
from warehouse.manifest.nodes import Node
from warehouse.run.contents import content_of
from warehouse.run.materializations.registry import custom_materialization
from warehouse.run.plan import Plan
from warehouse.run.states import NodeState

# Materializations whose reuse is a matter of their SQL and of what they read.
PLAIN = frozenset({"seed", "table", "view", "ephemeral", "table_function", "test"})
DESCRIBED = "its description alone changed"


@dataclass(frozen=True, slots=True)
class Forecast:
    """What would become of a node; `reason` says why, in words.

    `is_described` is one that is reused, and described anew; `fails` one that does not
    compile, or waits for what does not.
    """

    node: Node
    is_reused: bool
    reason: str
    above: "Forecast | None" = None  # the node upstream that is the cause
    is_described: bool = False
    fails: bool = False


@dataclass(frozen=True, slots=True)
class Before:
    """What is known of the last build: its nodes' states and its run's artefacts.

    `nodes` is that of the run's manifest, `sql` what was compiled, each by id.
    """

    states: Mapping[str, NodeState] = field(default_factory=dict)
    nodes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sql: Mapping[str, str | None] = field(default_factory=dict)


class Forecaster:
    """Compares a plan with what was built before."""

    def __init__(
        self, plan: Plan, before: Before, compiler: Compiler, database: str
    ) -> None:
        self._manifest = compiler.manifest
        self._plan = plan
        self._before = before
        self._library = compiler.templates.library
        self._database = database
        self._forecasts: dict[str, Forecast] = {}
        self._known: dict[str, Fingerprint | None] = {}

    def all(self) -> Iterator[Forecast]:
        """Yield what becomes of each node of the plan, in build order."""
        for unique_id in self._plan.order:
            node = self._manifest.nodes[unique_id]
            if node.declared is None:
                yield self.of(node)

    def of(self, node: Node) -> Forecast:
        """Return what becomes of a node. Unit tests and histories run every time."""
        if node.unique_id not in self._forecasts:
            self._forecasts[node.unique_id] = self._failing(node) or self._judge(node)
        return self._forecasts[node.unique_id]

    def _failing(self, node: Node) -> Forecast | None:
        """Return the forecast of a node that fails, or that waits for one that does."""
        fault = self._plan.faults.get(node.unique_id)
        if fault is not None:
            reason = f"it does not compile: {fault.message}"
            return Forecast(node, False, reason, fails=True)
        for unique_id in sorted(self._plan.waits_for.get(node.unique_id, ())):
            above = self.of(self._manifest.nodes[unique_id])
            if above.fails:
                cause = above.above or above
                reason = f"{cause.node.search_name}, above it, does not compile"
                return Forecast(node, False, reason, cause, fails=True)
        return None

    def _judge(self, node: Node) -> Forecast:
        compiled = self._plan.compiled.get(node.unique_id)
        if compiled is None or node.unit is not None or node.materialized not in PLAIN:
            return Forecast(node, False, self._always(node, compiled))
        own, state = self._own(node), self._before.states.get(node.unique_id)
        if own is None:
            return Forecast(node, False, self._always(node, compiled))
        if state is None:
            return Forecast(node, False, "it was never built")
        if not own.same_data(state.fingerprint):
            return self._different(node, compiled, state)
        if state.fingerprint != str(own):
            return Forecast(node, True, DESCRIBED, is_described=True)
        return Forecast(node, True, "nothing that it depends on has changed")

    def _always(self, node: Node, compiled: Compiled | None) -> str:
        """Return why a node runs in every build, or may."""
        if node.unit is not None:
            return "unit tests run every time"
        if compiled is None:
            return "its template asks the database"
        if node.materialized not in PLAIN:
            return f"{node.materialized}: decided when it runs"
        if custom_materialization(self._library, node):
            return "its materialization is not the engine's own"
        upstream = {key: self._of(key) is not None for key in node.depends_on}
        return never_reused(compiled, upstream) or "it has no fingerprint"

    def _different(self, node: Node, compiled: Compiled, state: NodeState) -> Forecast:
        """Return the forecast of a node that differs: in itself, or above it."""
        if state.fingerprint is None:
            reason = "it had no fingerprint when it was last built"
            return Forecast(node, False, reason)
        was = self._before.nodes.get(node.unique_id)
        if was is not None:
            sql = self._before.sql.get(node.unique_id)
            found = first_difference(compiled, was, sql)
            if found is not None:
                return Forecast(node, False, found)
        for above in self._upstream(node):
            if not above.is_reused:
                cause = above.above or above
                name = cause.node.search_name
                reason = f"{name}, above it, runs: {cause.reason}"
                return Forecast(node, False, reason, cause)
        return Forecast(node, False, "what it was last built from is not kept")

    def _upstream(self, node: Node) -> Iterator[Forecast]:
        for unique_id in node.depends_on:
            found = self._manifest.nodes.get(unique_id)
            if found is not None and unique_id in self._plan.compiled:
                yield self.of(found)

    def _of(self, unique_id: str) -> Fingerprint | None:
        node = self._manifest.nodes.get(unique_id)
        return self._own(node) if node is not None else None

    def _own(self, node: Node) -> Fingerprint | None:
        """Return the fingerprint that a node would have after the build."""
        if node.unique_id not in self._known:
            compiled = self._plan.compiled.get(node.unique_id)
            if compiled is None:  # not chosen: it stays as it is
                state = self._before.states.get(node.unique_id)
                found = Fingerprint.read(state.fingerprint if state else None)
            else:
                upstream = {key: self._of(key) for key in node.depends_on}
                found = content_of(self._library, compiled, upstream, self._database)
            self._known[node.unique_id] = found
        return self._known[node.unique_id]
