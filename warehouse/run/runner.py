"""Runs a plan on threads: each node after what it waits for, results as they come."""

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from queue import SimpleQueue
from time import perf_counter

from warehouse.compiler.compile import Compiled
from warehouse.engine.protocol import Engine
from warehouse.manifest.nodes import Node
from warehouse.run.execute import Executor
from warehouse.run.plan import Plan
from warehouse.run.results import (
    EventHandler,
    NodeFinished,
    NodeResult,
    NodeStarted,
    RunResult,
    Status,
)
from warehouse.run.schedule import Schedule

INTERRUPT_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How to run: on how many threads, and whether to stop at the first failure."""

    threads: int
    fail_fast: bool = False


def run_plan(
    plan: Plan,
    executor: Executor,
    engine: Engine,
    options: RunOptions,
    on_event: EventHandler,
) -> RunResult:
    """Run the plan's nodes; what is downstream of a failed one is skipped.

    Faults of nodes are results, not exceptions. An interrupt stops the statements that
    run and goes on upwards.
    """
    started_at, clock = datetime.now(UTC), perf_counter()
    create_schemas(plan, executor, engine)
    cursors = [engine.cursor() for _ in range(options.threads)]
    run = _Run(plan, executor, cursors, options, on_event)
    with ThreadPoolExecutor(options.threads, "worker") as pool:
        try:
            run.loop(pool)
        except BaseException:
            run.interrupt(pool, cursors)
            raise
        finally:
            pool.shutdown(wait=True)
            for cursor in cursors:
                cursor.close()
    return RunResult(tuple(run.results), started_at, perf_counter() - clock)


def create_schemas(plan: Plan, executor: Executor, engine: Engine) -> None:
    """Create, up front, every schema that a node of the plan writes into."""
    schemas: dict[str | None, set[str]] = {}
    for unique_id in plan.order:
        node = executor.manifest.nodes[unique_id]
        writes = not node.is_test or node.config.get("store_failures")
        relation = node.relation
        if writes and relation is not None and relation.schema:
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
        cursors: list[Engine],
        options: RunOptions,
        on_event: EventHandler,
    ) -> None:
        self.results: list[NodeResult] = []
        self._plan = plan
        self._executor = executor
        self._options = options
        self._on_event = on_event
        self._schedule = Schedule(plan.order, plan.waits_for)
        self._index = {name: i for i, name in enumerate(plan.order, start=1)}
        self._running: set[Future[NodeResult]] = set()
        self._free: SimpleQueue[Engine] = SimpleQueue()
        for cursor in cursors:
            self._free.put(cursor)

    def loop(self, pool: ThreadPoolExecutor) -> None:
        """Keep every thread busy until nothing is left."""
        running = self._running
        while self._schedule or running:
            while len(running) < self._options.threads:
                unique_id = self._schedule.next()
                if unique_id is None:
                    break
                node = self._executor.manifest.nodes[unique_id]
                self._started(node)
                compiled = self._plan.compiled.get(unique_id)
                running.add(pool.submit(self._work, node, compiled))
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            running -= done
            for future in done:
                self._ended(future.result())

    def interrupt(self, pool: ThreadPoolExecutor, cursors: list[Engine]) -> None:
        """Stop what runs, and begin nothing more.

        Again and again until all have ended: an interrupt stops only the statement that
        runs at that moment, and a node may be between two.
        """
        pool.shutdown(wait=False, cancel_futures=True)
        while any(not future.done() for future in self._running):
            for cursor in cursors:
                cursor.interrupt()
            wait(self._running, timeout=INTERRUPT_SECONDS)

    def _work(self, node: Node, compiled: Compiled | None) -> NodeResult:
        engine = self._free.get()
        try:
            return self._executor.run(engine, node, compiled)
        finally:
            self._free.put(engine)

    def _started(self, node: Node) -> None:
        self._on_event(
            NodeStarted(
                unique_id=node.unique_id,
                resource_type=node.resource_type,
                name=node.search_name,
                materialized=node.materialized,
                index=self._index[node.unique_id],
                total=len(self._index),
            )
        )

    def _ended(self, result: NodeResult) -> None:
        self._record(result)
        if not result.status.is_failure:
            self._schedule.succeed(result.unique_id)
            return
        for unique_id, blocker in self._schedule.fail(result.unique_id):
            self._skip(unique_id, f"skipped, because {blocker} failed")
        if self._options.fail_fast:
            for unique_id in self._schedule.stop():
                self._skip(unique_id, "skipped after the first failure (--fail-fast)")

    def _skip(self, unique_id: str, reason: str) -> None:
        node = self._executor.manifest.nodes[unique_id]
        self._record(
            NodeResult(
                unique_id=unique_id,
                resource_type=node.resource_type,
                name=node.search_name,
                status=Status.SKIPPED,
                started_at=datetime.now(UTC),
                seconds=0.0,
                materialized=node.materialized,
                relation_name=str(node.relation) if node.relation else None,
                message=reason,
            )
        )

    def _record(self, result: NodeResult) -> None:
        self.results.append(result)
        index = self._index[result.unique_id]
        self._on_event(NodeFinished(result, index, len(self._index)))
