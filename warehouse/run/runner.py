"""Runs a plan on threads: each node after what it waits for, results as they come."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import perf_counter

from warehouse.engine.protocol import Engine
from warehouse.errors import ExitCode, stop_code
from warehouse.manifest.nodes import Node
from warehouse.run.execute import Executor
from warehouse.run.leftovers import is_kept
from warehouse.run.node_results import skipped
from warehouse.run.parallel import STOP_SECONDS
from warehouse.run.plan import Plan
from warehouse.run.results import (
    EventHandler,
    NodeFinished,
    NodeResult,
    NodeStarted,
    RunResult,
    Status,
)
from warehouse.run.running import AHEAD, Ended, Running
from warehouse.run.schedule import Schedule


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How to run: on how many threads, whether to stop at the first failure.

    `timeout` is the time in seconds that a node may take.
    """

    threads: int
    fail_fast: bool = False
    timeout: float | None = None


def run_plan(
    plan: Plan,
    executor: Executor,
    engine: Engine,
    options: RunOptions,
    on_event: EventHandler,
) -> RunResult:
    """Run the plan's nodes; what is downstream of a failed one is skipped.

    Faults of nodes are results, not exceptions. So is an interrupt: what runs is
    stopped, what has not begun is skipped, and `stopped` says why.
    """
    started_at, clock = datetime.now(UTC), perf_counter()
    create_schemas(plan, executor, engine)
    ahead = 0 if options.fail_fast else AHEAD  # then nothing begins that might not
    running = Running(executor, engine, plan.compiled, options.threads, ahead)
    run = _Run(plan, executor, running, options, on_event)
    stopped = None
    try:
        run.loop()
    except KeyboardInterrupt as interrupt:
        stopped = stop_code(interrupt)
        run.stop(stopped)
    except BaseException:
        running.stop(STOP_SECONDS)
        raise
    finally:
        running.close()
    seconds = perf_counter() - clock
    return RunResult(tuple(run.results), started_at, seconds, stopped)


def create_schemas(plan: Plan, executor: Executor, engine: Engine) -> None:
    """Create, up front, every schema that a node of the plan writes into."""
    schemas: dict[str | None, set[str]] = {}
    for unique_id in plan.order:
        node = executor.manifest.nodes[unique_id]
        relation = node.relation
        if is_kept(node) and relation is not None and relation.schema:
            database = relation.database if relation.include_policy.database else None
            schemas.setdefault(database, set()).add(relation.schema)
    for database, names in schemas.items():
        engine.create_schemas(names, database)


class _Run:
    """The state of one run, touched by the main thread alone."""

    def __init__(
        self,
        plan: Plan,
        executor: Executor,
        running: Running,
        options: RunOptions,
        on_event: EventHandler,
    ) -> None:
        self.results: list[NodeResult] = []
        self._nodes = executor.manifest.nodes
        self._compiled = plan.compiled
        self._executor = executor
        self._running = running
        self._options = options
        self._on_event = on_event
        self._schedule = Schedule(plan.order, plan.waits_for)
        self._order = plan.order
        self._numbers: dict[str, int] = {}  # as the nodes began, from one
        self._again: list[str] = []  # ran out of memory: once more, and alone
        self._tried: set[str] = set()

    def loop(self) -> None:
        """Keep every thread busy until nothing is left."""
        while self._schedule or self._running or self._again:
            if self._again and not self._running:
                self._start_alone(self._again.pop())
            while self._running.has_room and not self._again:
                unique_id = self._schedule.next()
                if unique_id is None:
                    break
                self._start(self._nodes[unique_id])
            if not self._running:
                continue
            for told in self._running.told():
                if isinstance(told, Ended):
                    self._ended(
                        self._late(told.result) if told.is_late else told.result
                    )
                else:
                    self._started(self._nodes[told.unique_id])

    def _start(self, node: Node) -> None:
        """Let a thread run a node, or take it as it stands."""
        compiled = self._compiled.get(node.unique_id)
        reused = self._executor.reuse(node, compiled)
        if reused is None:
            self._running.start(node, self._options.timeout)
        else:
            self._ended(reused)

    def _start_alone(self, unique_id: str) -> None:
        self._tried.add(unique_id)
        self._running.start(self._nodes[unique_id], self._options.timeout, alone=True)

    def stop(self, code: ExitCode) -> None:
        """Stop what runs; say of every node that has not ended that it was stopped."""
        word = "SIGTERM" if code is ExitCode.TERMINATED else "an interrupt"
        known = {result.unique_id for result in self.results}
        for unique_id, result in self._running.stop(STOP_SECONDS).items():
            if unique_id in known:
                continue
            known.add(unique_id)
            ended = result or skipped(self._nodes[unique_id], "")
            if result is None or _is_interrupted(result):
                text = f"stopped by {word}"
                ended = replace(ended, status=Status.ERROR, message=text, detail=None)
            self._record(ended)
        for unique_id in self._order:
            if unique_id not in known:
                self._skip(unique_id, f"skipped, because {word} stopped the run")

    def _late(self, result: NodeResult) -> NodeResult:
        """Return the result of a node whose time ran out, if that is what ended it."""
        if not _is_interrupted(result):
            return result
        limit = self._options.timeout or 0.0
        text = f"stopped after {limit:g} s: `node_timeout` allows no more"
        place = self._nodes[result.unique_id].file.path
        detail = (
            f"{place}: {text}\n  hint: see [tool.warehouse.limits] of pyproject.toml"
        )
        return replace(result, message=text, detail=detail)

    def _started(self, node: Node) -> None:
        self._on_event(
            NodeStarted(
                unique_id=node.unique_id,
                resource_type=node.resource_type,
                name=node.search_name,
                materialized=node.materialized,
                index=self._number(node.unique_id),
                total=len(self._order),
            )
        )

    def _ended(self, result: NodeResult) -> None:
        if result.is_out_of_memory and result.unique_id not in self._tried:
            self._again.append(result.unique_id)
            return
        if result.unique_id in self._tried:
            result = replace(result, attempts=2)
        self._record(result)
        if not result.status.is_failure:
            self._schedule.succeed(result.unique_id)
            return
        for unique_id, blocker in self._schedule.fail(result.unique_id):
            self._skip(unique_id, f"skipped, because {blocker} failed")
        if self._options.fail_fast:
            for unique_id in (*self._running.withdraw(), *self._schedule.stop()):
                self._skip(unique_id, "skipped after the first failure (--fail-fast)")

    def _skip(self, unique_id: str, reason: str) -> None:
        self._record(skipped(self._nodes[unique_id], reason))

    def _record(self, result: NodeResult) -> None:
        self.results.append(result)
        index = self._number(result.unique_id)
        self._on_event(NodeFinished(result, index, len(self._order)))

    def _number(self, unique_id: str) -> int:
        return self._numbers.setdefault(unique_id, len(self._numbers) + 1)


def _is_interrupted(result: NodeResult) -> bool:
    """Whether it is the interrupt that ended a node, not a fault of its own."""
    return result.status is Status.ERROR and "nterrupt" in (result.message or "")
