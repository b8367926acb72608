"""Work on several connections at a time, which an interrupt stops."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from queue import SimpleQueue
from time import monotonic
from typing import TypeVar

from warehouse.engine.protocol import Engine
from warehouse.run.running import INTERRUPT_SECONDS

STOP_SECONDS = 1.0  # for what runs to end, of the two in which the process does
Done = TypeVar("Done")


def together(
    engine: Engine, most: int, tasks: Sequence[Callable[[Engine], Done]]
) -> list[Done]:
    """Do tasks, so many at a time, each on a connection of its own; in their order.

    The first fault in that order is raised. It or an interrupt stops the statements
    that run, and begins nothing more.
    """
    free: SimpleQueue[Engine] = SimpleQueue()
    cursors = [engine.cursor() for _ in range(min(most, len(tasks)))]
    for own in cursors:
        free.put(own)

    def work(task: Callable[[Engine], Done]) -> Done:
        own = free.get()
        try:
            return task(own)
        finally:
            free.put(own)

    pool = ThreadPoolExecutor(max(len(cursors), 1), "worker")
    futures = [pool.submit(work, task) for task in tasks]
    try:
        return [future.result() for future in futures]
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        _stop(futures, cursors)
        raise
    finally:
        pool.shutdown(wait=False)
        for _ in range(free.qsize()):  # one that is still in use ends with the process
            free.get().close()


def _stop(futures: Sequence[Future[Done]], cursors: Sequence[Engine]) -> None:
    """Stop what runs, again and again: an interrupt meets only a running statement."""
    deadline = monotonic() + STOP_SECONDS
    while monotonic() < deadline:
        for own in cursors:
            own.interrupt()
        if not wait(futures, timeout=INTERRUPT_SECONDS).not_done:
            break
