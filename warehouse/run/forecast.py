"""What a build would do with each node, and why: known without a database."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from warehouse.compiler.compile import Compiler
from warehouse.compiler.compiled import Compiled
from warehouse.compiler.differences import changed_needs, first_difference, never_reused
from warehouse.compiler.fingerprint import Fingerprint, incremental_code
from warehouse.errors import WarehouseError
from warehouse.jinja.faults import DatabaseNeeded
from warehouse.manifest.nodes import Node
from warehouse.run.before import Before
from warehouse.run.contents import VIEWS, content_of
from warehouse.run.materializations.registry import custom_materialization
from warehouse.run.plan import Plan, is_run, no_database
from warehouse.run.results import Status

# Materializations whose reuse is a matter of their SQL and of what they read.
PLAIN = frozenset({"seed", "table", "view", "ephemeral", "table_function", "test"})
DESCRIBED = "nothing but how it is described changed"
ENGINE = "nothing that is kept differs: the engine, or a setting of its database"
UNKNOWN = "what it was last built from is not kept"


@dataclass(frozen=True, slots=True)
class Forecast:
    """What would become of a node; `reason` says why, in words.

    `above` is the cause where it is upstream, as a sentence. `is_described` is one that
    is reused, and described anew; `may_run` one of which only the run can tell; `fails`
    one that does not compile, or waits for what does not.
    """

    node: Node
    is_reused: bool
    reason: str
    above: str | None = None
    is_described: bool = False
    may_run: bool = False
    fails: bool = False


class Forecaster:
    """Compares a plan with what was built before."""

    def __init__(
        self, plan: Plan, before: Before, compiler: Compiler, database: str
    ) -> None:
        self._manifest = compiler.manifest
        self._plan = plan
        self._before = before
        self._compiler = compiler
        self._library = compiler.templates.library
        self._database = database
        self._forecasts: dict[str, Forecast] = {}
        self._known: dict[str, Fingerprint | None] = {}
        self._stale: set[str] = set()  # views that show what no full build would

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
        if node.unit is not None:
            return Forecast(node, False, "unit tests run every time")
        if node.unique_id not in self._before.states:
            return Forecast(node, False, self._missing(node))
        if custom_materialization(self._library, node):
            return Forecast(node, False, "its materialization is not the engine's own")
        if node.materialized not in PLAIN:
            return self._going_on(node)
        own = None if compiled is None else self._own(node)
        if own is None or compiled is None:
            return Forecast(node, False, self._always(node, compiled))
        return self._compared(node, compiled, own)

    def _compared(self, node: Node, compiled: Compiled, own: Fingerprint) -> Forecast:
        """Return the forecast of a node by what it would hold and what it holds."""
        recorded = self._before.states[node.unique_id].fingerprint
        if recorded is None:
            return Forecast(node, False, self._unjudged(node))
        if not own.same_data(recorded):
            return self._different(node, compiled, own, Fingerprint.read(recorded))
        for unique_id in self._manifest.read_by(node.unique_id):
            if unique_id not in self._plan.waits_for:
                continue
            above = self.of(self._manifest.nodes[unique_id])
            if above.may_run or above.node.materialized not in PLAIN:
                name = above.node.search_name
                reason = above.above or f"{name}, above it, may run: {above.reason}"
                return Forecast(node, False, reason, reason, may_run=True)
        if recorded != str(own):
            return Forecast(node, True, DESCRIBED, is_described=True)
        return Forecast(node, True, "nothing that it depends on has changed")

    def _missing(self, node: Node) -> str:
        """Return why a node does not stand where the build goes on from."""
        if self._before.status(node.unique_id) in {Status.FAIL, Status.ERROR}:
            return "it failed when it last ran"
        if node.unique_id in self._before.published:
            return "it is not in the candidate, which an earlier build left"
        return "it is not built yet"

    def _unjudged(self, node: Node) -> str:
        """Return why a node that stands there has no fingerprint."""
        status = self._before.states[node.unique_id].status
        if status in {Status.FAIL, Status.ERROR}:
            return "it failed when it last ran"
        return "nobody could tell what it was last built from"

    def _going_on(self, node: Node) -> Forecast:
        """Return the forecast of what adds to what stands."""
        if node.resource_type == "snapshot":
            return Forecast(node, False, "snapshots are taken every time")
        state = self._before.states[node.unique_id]
        if state.code is not None and state.code != incremental_code(node):
            return Forecast(node, False, "its file or its configuration changed")
        return Forecast(
            node, False, f"{node.materialized}: decided when it runs", may_run=True
        )

    def _always(self, node: Node, compiled: Compiled | None) -> str:
        """Return why a node runs in every build."""
        if compiled is None:
            return "its template asks the database"
        unknown = {
            key: self._unknown(key) for key in node.depends_on if not self._of(key)
        }
        return never_reused(compiled, unknown) or "it has no fingerprint"

    def _unknown(self, unique_id: str) -> str:
        """Return why nobody can tell what a node will hold, which another reads."""
        if unique_id in self._manifest.sources:
            return "others fill"
        if unique_id in self._stale:
            return "shows what has changed, and is no part of this build"
        node = self._manifest.nodes[unique_id]
        is_built = unique_id in self._before.states
        if node.is_ephemeral or (is_built and unique_id in self._plan.waits_for):
            return "runs each time"
        if unique_id in self._plan.waits_for:
            return f"runs: {self.of(node).reason}"
        return "could not be judged when it was built" if is_built else "is not built"

    def _different(
        self, node: Node, compiled: Compiled, own: Fingerprint, was: Fingerprint | None
    ) -> Forecast:
        """Return the forecast of a node that differs: in itself, or above it."""
        if was is None or was.recipe != own.recipe:
            found = self._difference(node, compiled)
            return Forecast(node, False, found or _in_itself(node))
        above = self._above(node)
        if above is not None:
            return Forecast(node, False, above, above)
        maker = self._before.maker(node.unique_id)
        part = maker.nodes.get(node.unique_id) if maker is not None else None
        if part is None:
            return Forecast(node, False, UNKNOWN)
        return Forecast(node, False, changed_needs(node, part) or ENGINE)

    def _difference(
        self, node: Node, compiled: Compiled, reader: Node | None = None
    ) -> str | None:
        """Return how a node is not what it was when it, or its reader, was built."""
        maker = self._before.maker((reader or node).unique_id)
        was = maker.nodes.get(node.unique_id) if maker is not None else None
        if maker is None or was is None:
            return None
        return first_difference(compiled, was, maker.sql.get(node.unique_id))

    def _above(self, node: Node) -> str | None:
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
            found = self._change(above, node)
            if found is not None:
                return found
            if unique_id in self._plan.compiled:
                queue.extend(above.depends_on)
        return None

    def _change(self, above: Node, reader: Node) -> str | None:
        """Return how an upstream node is not what its reader was built from.

        An ephemeral model is a part of what reads it.
        """
        if not is_run(above):
            return None
        name = f"{above.search_name}, above it,"
        compiled = self._plan.compiled.get(above.unique_id)
        if above.unique_id in self._plan.waits_for:
            forecast = self.of(above)
            if not forecast.is_reused:
                word = "may run" if forecast.may_run else "runs"
                return forecast.above or f"{name} {word}: {forecast.reason}"
        if not self._before.is_newer(above.unique_id, reader.unique_id):
            return None
        found = compiled and self._difference(above, compiled, reader)
        return f"{name} was built since" + (f": {found}" if found else "")

    def _of(self, unique_id: str) -> Fingerprint | None:
        node = self._manifest.nodes.get(unique_id)
        return self._own(node) if node is not None else None

    def _own(self, node: Node) -> Fingerprint | None:
        """Return the fingerprint that a node would have after the build."""
        if node.unique_id not in self._known:
            self._known[node.unique_id] = self._content(node)
        return self._known[node.unique_id]

    def _content(self, node: Node) -> Fingerprint | None:
        state = self._before.states.get(node.unique_id)
        recorded = Fingerprint.read(state.fingerprint if state else None)
        is_chosen = node.unique_id in self._plan.waits_for
        if custom_materialization(self._library, node):
            return None if is_chosen else recorded
        if is_chosen and node.materialized not in PLAIN:
            return recorded  # unless the run changes it
        if not (is_chosen or node.is_ephemeral or node.materialized in VIEWS):
            return recorded  # it stays as it is
        compiled = self._plan.compiled.get(node.unique_id) or self._beside(node)
        if compiled is None:
            return None
        upstream = {key: self._of(key) for key in node.depends_on}
        own = content_of(self._library, compiled, upstream, self._database)
        if is_chosen or node.is_ephemeral or (own and own.same_data(str(recorded))):
            return own
        self._stale.add(node.unique_id)
        return None

    def _beside(self, node: Node) -> Compiled | None:
        """Compile a view that is no part of the plan, if it needs no database."""
        if node.unique_id in self._plan.waits_for:
            return None
        try:
            known = self._compiler.recall(node)
            return known or self._compiler.compile(node, no_database)
        except (DatabaseNeeded, WarehouseError):
            return None


def _in_itself(node: Node) -> str:
    """Return what is sure of a node whose own part differs, in what is not kept."""
    if node.is_test:
        return "its SQL, its configuration or how it is judged changed"
    return "its SQL, its configuration or its contract changed"
