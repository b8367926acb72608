"""Ctrl-C and SIGTERM: a clean end, and soon."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from warehouse.errors import ExitCode, Terminated

PATIENCE_SECONDS = 1.8  # of the two in which a process that is asked to end has ended
_CODES = {
    signal.SIGINT: ExitCode.INTERRUPTED,
    signal.SIGTERM: ExitCode.TERMINATED,
}


@contextmanager
def ending_soon() -> Iterator[None]:
    """Turn the first signal into an exception, and end hard when that takes too long.

    A user's Python code, or a file system that hangs, may keep a thread from ending.
    All that is on disk is then as a power cut would leave it, which no reader sees. A
    second signal changes nothing, a third ends at once.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ending = _Ending()
    before = {number: signal.signal(number, ending) for number in _CODES}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Ending:
    """Counts the signals of one command."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, number: int, _: FrameType | None) -> None:
        self._count += 1
        code = _CODES[signal.Signals(number)]
        if self._count > 2:
            os._exit(code)
        if self._count == 1:
            timer = threading.Timer(PATIENCE_SECONDS, os._exit, [int(code)])
            timer.daemon = True
            timer.start()
            raise Terminated if number == signal.SIGTERM else KeyboardInterrupt
