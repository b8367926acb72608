"""Work on several connections at a time, which an interrupt stops."""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from math import inf
from queue import SimpleQueue
from time import monotonic
from typing import TypeVar

from warehouse.engine.protocol import Engine
from warehouse.run.running import INTERRUPT_SECONDS

STOP_SECONDS = 1.0  # for what runs to end, of the two in which the process does
Done = TypeVar("Done")


def in_parallel(
    engine: Engine, threads: int, tasks: Sequence[Callable[[Engine], Done]]
) -> list[Done]:
    """Do tasks on threads, each on a connection of its own; results in their order.

    Raises the fault of the first task, in that order, that has one, when nothing runs
    any more: after a fault or an interrupt, what has not begun does not, and what runs
    is stopped. An interrupt waits no longer than a second for that.
    """
    free: SimpleQueue[Engine] = SimpleQueue()
    cursors: list[Engine] = []
    futures: list[Future[Done]] = []
    pool = ThreadPoolExecutor(max(min(threads, len(tasks)), 1), "worker")

    def work(task: Callable[[Engine], Done]) -> Done:
        own = free.get()
        try:
            return task(own)
        finally:
            free.put(own)

    try:
        for _ in range(min(threads, len(tasks))):
            cursors.append(engine.cursor())
            free.put(cursors[-1])
        futures += [pool.submit(work, task) for task in tasks]
        done, _ = wait(futures, return_when=FIRST_EXCEPTION)
        for future in futures:
            if future in done:
                future.result()  # the first fault
        return [future.result() for future in futures]
    except BaseException as error:
        is_fault = isinstance(error, Exception)
        pool.shutdown(wait=False, cancel_futures=True)
        _stop(futures, cursors, inf if is_fault else STOP_SECONDS)
        raise
    finally:
        pool.shutdown(wait=False)
        for _ in range(free.qsize()):  # one that is still in use ends with the process
            free.get().close()


def _stop(
    futures: Sequence[Future[Done]], cursors: Sequence[Engine], seconds: float
) -> None:
    """Stop what runs, again and again: an interrupt meets only a running statement."""
    left = [future for future in futures if not future.cancelled()]
    deadline = monotonic() + seconds
    while wait(left, timeout=0).not_done and monotonic() < deadline:
        for own in cursors:
            own.interrupt()
        wait(left, timeout=INTERRUPT_SECONDS)
