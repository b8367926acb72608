"""The nodes that run at this moment: on which connection, and until when."""

from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from time import monotonic

from warehouse.compiler.compile import Compiled
from warehouse.engine.protocol import Engine
from warehouse.manifest.nodes import Node
from warehouse.run.execute import Executor
from warehouse.run.results import NodeResult

# An interrupt stops only the statement that runs at that moment, and a node may be
# between two: so it is said again and again.
INTERRUPT_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class _Started:
    """A node on its way; `ends_at` is on the monotonic clock."""

    unique_id: str
    engine: Engine
    ends_at: float | None


class Running:
    """A run's threads, each with a connection of its own; for the main thread alone."""

    def __init__(
        self,
        executor: Executor,
        engine: Engine,
        compiled: Mapping[str, Compiled | None],
        threads: int,
    ) -> None:
        self._executor = executor
        self._engine = engine
        self._compiled = compiled
        self._cursors = [engine.cursor() for _ in range(threads)]
        self._free = list(self._cursors)
        self._pool = ThreadPoolExecutor(threads, "worker")
        self._started: dict[Future[NodeResult], _Started] = {}
        self._is_alone = False

    def __bool__(self) -> bool:
        return bool(self._started)

    @property
    def has_room(self) -> bool:
        """Whether another node may be started now."""
        return bool(self._free) and not (self._is_alone and self._started)

    def start(self, node: Node, timeout: float | None, *, alone: bool = False) -> None:
        """Start a node; `alone`, on one of the database's threads."""
        engine = self._free.pop()
        self._is_alone = alone
        ends_at = None if timeout is None else monotonic() + timeout
        future = self._pool.submit(self._work, engine, node, alone=alone)
        self._started[future] = _Started(node.unique_id, engine, ends_at)

    def _work(self, engine: Engine, node: Node, *, alone: bool) -> NodeResult:
        limited: AbstractContextManager[None] = nullcontext()
        if alone:
            limited = self._engine.threads(1)
        with limited:
            return self._executor.run(engine, node, self._compiled.get(node.unique_id))

    def ended(self) -> list[tuple[NodeResult, bool]]:
        """Wait for nodes to end; return each with whether its time had run out."""
        while True:
            done, _ = wait(self._started, self._patience(), FIRST_COMPLETED)
            if done:
                return [self._take(future) for future in done]
            for started in self._started.values():
                if _is_late(started):
                    started.engine.interrupt()

    def _patience(self) -> float | None:
        """Return for how long nobody has to be stopped; None without a limit."""
        ends = [s.ends_at for s in self._started.values() if s.ends_at is not None]
        if not ends:
            return None
        return max(min(ends) - monotonic(), INTERRUPT_SECONDS)

    def _take(self, future: Future[NodeResult]) -> tuple[NodeResult, bool]:
        result = future.result()
        started = self._started.pop(future)
        self._free.append(started.engine)
        return result, _is_late(started)

    def stop(self, seconds: float) -> dict[str, NodeResult | None]:
        """Stop what runs, and begin nothing more; wait no longer than told.

        Return how each node ended that had been started; None for one that did not end:
        Python code of the user's, which no database can interrupt.
        """
        self._pool.shutdown(wait=False, cancel_futures=True)
        deadline = monotonic() + seconds
        left = set(self._started)
        while left and monotonic() < deadline:
            for future in left:
                self._started[future].engine.interrupt()
            _, left = wait(left, timeout=INTERRUPT_SECONDS)
        return {
            started.unique_id: future.result()
            if future.done() and not future.cancelled()
            else None
            for future, started in self._started.items()
        }

    def close(self) -> None:
        """Close the connections; one that is still in use ends with the process."""
        self._pool.shutdown(wait=not self._started)
        used = {id(s.engine) for f, s in self._started.items() if not f.done()}
        for cursor in self._cursors:
            if id(cursor) not in used:
                cursor.close()


def _is_late(started: _Started) -> bool:
    return started.ends_at is not None and monotonic() >= started.ends_at
