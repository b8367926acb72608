"""The nodes that run at this moment: on which connection, and until when."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic

from warehouse.compiler.compiled import Compiled
from warehouse.engine.protocol import Engine
from warehouse.manifest.nodes import Node
from warehouse.run.execute import Executor
from warehouse.run.results import NodeResult

# An interrupt stops only the statement that runs at that moment, and a node may be
# between two: so it is said again and again.
INTERRUPT_SECONDS = 0.05
# How many nodes wait behind each thread: small ones end sooner than word of it comes to
# the main thread and back.
AHEAD = 2


@dataclass(frozen=True, slots=True)
class _Asked:
    """A node to run: within so many seconds, or alone on one database thread."""

    node: Node
    timeout: float | None
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Begun:
    """A node has begun; `ends_at` is on the monotonic clock."""

    unique_id: str
    engine: Engine
    ends_at: float | None

    @property
    def is_late(self) -> bool:
        """Whether the node's time has run out."""
        return self.ends_at is not None and monotonic() >= self.ends_at


@dataclass(frozen=True, slots=True)
class Ended:
    """A node has ended; `is_late` if its time had run out."""

    result: NodeResult
    is_late: bool = False


class Running:
    """A run's threads, each with a connection of its own; for the main thread alone.

    What the threads do comes as messages: nothing else is shared with them. They are
    daemons: Python code that never ends must not keep the process.
    """

    def __init__(
        self,
        executor: Executor,
        engine: Engine,
        compiled: Mapping[str, Compiled | None],
        threads: int,
        ahead: int = AHEAD,
    ) -> None:
        self._executor = executor
        self._engine = engine
        self._compiled = compiled
        self._asked: SimpleQueue[_Asked | None] = SimpleQueue()
        self._told: SimpleQueue[Begun | Ended | BaseException] = SimpleQueue()
        self._waiting: set[str] = set()
        self._begun: dict[str, Begun] = {}
        self._most = threads * (1 + ahead)
        self._is_alone = False
        self._cursors = [engine.cursor() for _ in range(threads)]
        self._threads = [
            Thread(target=self._work, args=(own,), name=f"worker_{n}", daemon=True)
            for n, own in enumerate(self._cursors)
        ]
        for thread in self._threads:
            thread.start()

    def __bool__(self) -> bool:
        return bool(self._waiting or self._begun)

    @property
    def has_room(self) -> bool:
        """Whether another node may be started now."""
        if self._is_alone:
            return not self
        return len(self._waiting) + len(self._begun) < self._most

    def start(self, node: Node, timeout: float | None, *, alone: bool = False) -> None:
        """Let a node run on the next free thread; `alone`, on one of the database's."""
        self._is_alone = alone
        self._waiting.add(node.unique_id)
        self._asked.put(_Asked(node, timeout, alone))

    def withdraw(self) -> list[str]:
        """Take back the nodes that no thread has begun with."""
        taken: list[str] = []
        while True:
            try:
                asked = self._asked.get_nowait()
            except Empty:
                self._waiting -= set(taken)
                return taken
            if asked is not None:
                taken.append(asked.node.unique_id)

    def told(self) -> Iterator[Begun | Ended]:
        """Wait until something happens; yield all that has."""
        while True:
            try:
                yield self._heard(self._told.get(timeout=self._patience()))
                break
            except Empty:
                for begun in self._begun.values():
                    if begun.is_late:
                        begun.engine.interrupt()
        while not self._told.empty():
            yield self._heard(self._told.get())

    def _heard(self, told: Begun | Ended | BaseException) -> Begun | Ended:
        match told:
            case Begun():
                self._waiting.discard(told.unique_id)
                self._begun[told.unique_id] = told
            case Ended():
                begun = self._begun.pop(told.result.unique_id)
                return Ended(told.result, begun.is_late)
            case BaseException():
                raise told
        return told

    def _patience(self) -> float | None:
        """Return for how long nobody has to be stopped; None without a limit."""
        ends = [b.ends_at for b in self._begun.values() if b.ends_at is not None]
        return max(min(ends) - monotonic(), INTERRUPT_SECONDS) if ends else None

    def _work(self, engine: Engine) -> None:
        """Run on one thread what is asked for, until nothing more is."""
        while (asked := self._asked.get()) is not None:
            node, timeout = asked.node, asked.timeout
            ends_at = None if timeout is None else monotonic() + timeout
            self._told.put(Begun(node.unique_id, engine, ends_at))
            limited: AbstractContextManager[None] = nullcontext()
            if asked.alone:
                limited = self._engine.threads(1)
            try:
                with limited:
                    compiled = self._compiled.get(node.unique_id)
                    result = self._executor.run(engine, node, compiled)
                self._told.put(Ended(result))  # the limit is off: another may begin
            except BaseException as error:  # noqa: BLE001 - a bug: the run's to raise
                self._told.put(error)

    def stop(self, seconds: float) -> dict[str, NodeResult | None]:
        """Stop what runs, and begin nothing more; wait no longer than told.

        Return how each node ended that had been started; None for one that did not end:
        Python code of the user's, which no database can interrupt.
        """
        ended: dict[str, NodeResult | None] = dict.fromkeys(self.withdraw())
        deadline = monotonic() + seconds
        while self and monotonic() < deadline:
            for begun in self._begun.values():
                begun.engine.interrupt()
            try:
                told = self._heard(self._told.get(timeout=INTERRUPT_SECONDS))
            except Empty:
                continue
            if isinstance(told, Ended):
                ended[told.result.unique_id] = told.result
        return {**dict.fromkeys((*self._waiting, *self._begun)), **ended}

    def close(self) -> None:
        """Close the connections; one that is still in use ends with the process."""
        for _ in self._threads:
            self._asked.put(None)
        used = {id(begun.engine) for begun in self._begun.values()}
        for thread, cursor in zip(self._threads, self._cursors, strict=True):
            if id(cursor) not in used:
                thread.join()
                cursor.close()
