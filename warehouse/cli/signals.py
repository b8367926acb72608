"""Ctrl-C and SIGTERM: a clean end, and soon."""

import os
import select
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from types import FrameType
from typing import Any

from warehouse.errors import ExitCode, Terminated

PATIENCE_SECONDS = 1.8  # of the two in which a process that is asked to end has ended
MOST_SIGNALS = 2  # the one after them ends at once
_CODES = {
    signal.SIGINT: ExitCode.INTERRUPTED,
    signal.SIGTERM: ExitCode.TERMINATED,
}


@contextmanager
def ending_soon() -> Iterator[None]:
    """Turn the first signal into an exception, and end hard when that takes too long.

    A user's Python code, or a database that closes a large file, may keep a thread from
    ending. All that is on disk is then as a kill would leave it, which no reader sees.
    A second signal changes nothing, a third ends at once.

    Python hands a signal to the main thread, which hears nothing inside a library: so
    the signals are written to a pipe too, which a thread of its own watches.

    After a signal nothing comes back from here: who is inside has said what there is
    to say.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard, written = os.pipe()
    os.set_blocking(written, False)
    threading.Thread(target=_watch, args=(heard,), daemon=True).start()
    former = signal.set_wakeup_fd(written, warn_on_full_buffer=False)
    raising = _Raising()
    raising.begin()
    try:
        yield
    finally:  # whoever is inside may have made a result of the exception
        if raising.code is not None:
            _end(raising.code)
        raising.end()
        signal.set_wakeup_fd(former)
        os.close(written)


def _let_go() -> None:
    """Let a forked process, as of multiprocessing, have its signals for itself.

    What it would write into the pipe that it inherits would end its parent.
    """
    raising = signal.getsignal(signal.SIGTERM)
    if isinstance(raising, _Raising):
        signal.set_wakeup_fd(-1)
        raising.end()


os.register_at_fork(after_in_child=_let_go)


def _watch(heard: int) -> None:
    """End the process some time after the first signal, unless the pipe is closed."""
    codes: list[ExitCode] = []
    end = None
    while len(codes) <= MOST_SIGNALS:
        left = None if end is None else max(end - monotonic(), 0)
        if not select.select([heard], [], [], left)[0]:
            break
        told = os.read(heard, 1)
        if not told:
            os.close(heard)
            return
        if told[0] in _CODES:
            end = end or monotonic() + PATIENCE_SECONDS
            codes.append(_CODES[signal.Signals(told[0])])
    os._exit(codes[0])


def _end(code: ExitCode) -> None:
    """End at once: all is said and written.

    A library's thread that still works would meet an interpreter which is being taken
    down, and some abort the process for it.
    """
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


class _Raising:
    """Raises for the first signal of a command, in the main thread."""

    def __init__(self) -> None:
        self.code: ExitCode | None = None
        self._before: dict[signal.Signals, Any] = {}

    def begin(self) -> None:
        """Handle the signals from now on."""
        self._before = {number: signal.signal(number, self) for number in _CODES}

    def end(self) -> None:
        """Leave them to what handled them before."""
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def __call__(self, number: int, _: FrameType | None) -> None:
        if self.code is None:
            self.code = _CODES[signal.Signals(number)]
            raise Terminated if number == signal.SIGTERM else KeyboardInterrupt
