"""What a build would do with each node, and why: known without a database."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from warehouse.compiler.compile import Compiler
from warehouse.compiler.compiled import Compiled
from warehouse.compiler.differences import first_difference, never_reused
from warehouse.compiler.fingerprint import Fingerprint
from warehouse.manifest.nodes import Node
from warehouse.run.contents import content_of
from warehouse.run.materializations.registry import custom_materialization
from warehouse.run.plan import Plan, is_run
from warehouse.run.results import Status
from warehouse.run.states import NodeState

# Materializations whose reuse is a matter of their SQL and of what they read.
PLAIN = frozenset({"seed", "table", "view", "ephemeral", "table_function", "test"})
DESCRIBED = "its description alone changed"
DONE = frozenset({Status.SUCCESS, Status.PASS, Status.WARN, Status.NO_OP})
UNKNOWN = "what it was last built from is not kept"
ENGINE = "the engine changed, or a setting of its database"


@dataclass(frozen=True, slots=True)
class Forecast:
    """What would become of a node; `reason` says why, in words.

    `is_described` is one that is reused, and described anew; `fails` one that does not
    compile, or waits for what does not.
    """

    node: Node
    is_reused: bool
    reason: str
    above: str | None = None  # the cause, where it is upstream
    is_described: bool = False
    fails: bool = False


class EarlierRun(Protocol):
    """What an earlier run has kept of its nodes, each by id."""

    @property
    def nodes(self) -> Mapping[str, Mapping[str, Any]]:
        """Each node's part of the run's manifest."""

    @property
    def sql(self) -> Mapping[str, str | None]:
        """What each node compiled to that was part of the run."""

    @property
    def statuses(self) -> Mapping[str, str]:
        """How each of these ended."""


@dataclass(frozen=True, slots=True)
class Before:
    """What is known of what stands: the ground that the next build goes on from.

    `states` are those of its nodes. `published` are those of the current release,
    which the run `publisher` made; `later` are the runs since, newest first. `always`
    says why everything runs, whatever stands there.
    """

    states: Mapping[str, NodeState] = field(default_factory=dict)
    published: Mapping[str, NodeState] = field(default_factory=dict)
    publisher: EarlierRun | None = None
    later: Sequence[EarlierRun] = ()
    always: str | None = None

    def maker(self, unique_id: str) -> EarlierRun | None:
        """Return the run which knows what a node was built from that stands there."""
        if self.is_as_published(unique_id):
            return self.publisher
        done = (run for run in self.later if run.statuses.get(unique_id) in DONE)
        return next(done, None)

    def is_as_published(self, unique_id: str) -> bool:
        """Whether a node stands as in the current release."""
        state, published = self.states.get(unique_id), self.published.get(unique_id)
        return state is not None and state == published

    def ended(self, unique_id: str) -> str | None:
        """Return how the last run ended a node that it was part of; None: no run."""
        runs = self.later if self.publisher is None else (*self.later, self.publisher)
        found = (run.statuses.get(unique_id) for run in runs)
        return next(filter(None, found), None)


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
            always = self._before.always
            self._forecasts[node.unique_id] = self._failing(node) or (
                self._judge(node) if always is None else Forecast(node, False, always)
            )
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
                name = above.node.search_name
                reason = above.above or f"{name}, above it, does not compile"
                return Forecast(node, False, reason, reason, fails=True)
        return None

    def _judge(self, node: Node) -> Forecast:
        compiled = self._plan.compiled.get(node.unique_id)
        if compiled is None or node.unit is not None or node.materialized not in PLAIN:
            return Forecast(node, False, self._always(node, compiled))
        own, state = self._own(node), self._before.states.get(node.unique_id)
        if own is None:
            return Forecast(node, False, self._always(node, compiled))
        if state is None or state.fingerprint is None:
            return Forecast(node, False, self._unknown(node, state))
        if not own.same_data(state.fingerprint):
            return self._different(node, compiled)
        if state.fingerprint != str(own):
            return Forecast(node, True, DESCRIBED, is_described=True)
        return Forecast(node, True, "nothing that it depends on has changed")

    def _unknown(self, node: Node, state: NodeState | None) -> str:
        """Return why nobody can tell what a node was last built from."""
        ended = self._before.ended(node.unique_id)
        if ended in {Status.FAIL, Status.ERROR}:
            return "it failed when it last ran"
        if state is not None:
            return "it ran every time until now"
        if ended in DONE:
            return "it does not stand there any more"
        return "it was never built"

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

    def _different(self, node: Node, compiled: Compiled) -> Forecast:
        """Return the forecast of a node that differs: in itself, or above it."""
        maker = self._before.maker(node.unique_id)
        found = _difference(maker, compiled)
        if found is not None:
            return Forecast(node, False, found)
        above = self._above(node, maker)
        if above is not None:
            return Forecast(node, False, above, above)
        is_whole = maker is not None and maker is self._before.publisher
        return Forecast(node, False, ENGINE if is_whole else UNKNOWN)

    def _above(self, node: Node, maker: EarlierRun | None) -> str | None:
        """Return what differs upstream of a node, the nearest first.

        Above what is no part of the plan nothing counts: it stays as it is.
        """
        seen: set[str] = set()
        queue = deque(node.depends_on)
        while queue:
            unique_id = queue.popleft()
            above = self._manifest.nodes.get(unique_id)
            if above is None or unique_id in seen:
                continue
            seen.add(unique_id)
            found = self._change(above, maker)
            if found is not None:
                return found
            if unique_id in self._plan.compiled:
                queue.extend(above.depends_on)
        return None

    def _change(self, above: Node, maker: EarlierRun | None) -> str | None:
        """Return how an upstream node is not what a run found that reads it."""
        name = f"{above.search_name}, above it,"
        compiled = self._plan.compiled.get(above.unique_id)
        if compiled is None:
            is_new = maker is self._before.publisher and not (
                above.is_ephemeral or self._before.is_as_published(above.unique_id)
            )
            return f"{name} was built since" if is_new else None
        if is_run(above):
            forecast = self.of(above)
            if not forecast.is_reused:
                return forecast.above or f"{name} runs: {forecast.reason}"
            found = _difference(maker, compiled)
            return f"{name} was built since: {found}" if found is not None else None
        return None  # ephemeral: its SQL is a part of what reads it

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


def _difference(maker: EarlierRun | None, compiled: Compiled) -> str | None:
    """Return how a node is not what a run has kept of it, in words."""
    unique_id = compiled.node.unique_id
    was = maker.nodes.get(unique_id) if maker is not None else None
    if maker is None or was is None:
        return None
    return first_difference(compiled, was, maker.sql.get(unique_id))
