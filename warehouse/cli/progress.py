"""What is printed while a build goes on: lines, a live display, or JSON."""

from typing import Protocol, Self

from warehouse.cli.log import Log
from warehouse.cli.terminal import DIM, GREEN, RED, YELLOW, Terminal
from warehouse.cli.words import seconds
from warehouse.run.results import (
    Event,
    Message,
    NodeFinished,
    NodeResult,
    NodeStarted,
    Status,
)

WORDS = {
    Status.SUCCESS: ("ok", GREEN),
    Status.PASS: ("pass", GREEN),
    Status.WARN: ("WARN", YELLOW),
    Status.FAIL: ("FAIL", RED),
    Status.ERROR: ("ERROR", RED),
    Status.SKIPPED: ("skip", DIM),
}


class Progress(Protocol):
    """Takes a run's events; used in a `with`, so that a display ends with the run."""

    def __call__(self, event: Event) -> None:
        """Show one event."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(self, *_: object) -> None:
        """End, and leave the terminal as it was."""


class Lines:
    """One plain line for each node that has ended."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._ended = 0

    def __call__(self, event: Event) -> None:
        """Print a line, if the event is worth one."""
        if isinstance(event, NodeFinished):
            self._ended += 1
            place = str(self._ended).rjust(len(str(event.total)))
            line = result_line(event.result, self._terminal)
            self._terminal.note(f"{place}/{event.total}  {line}")
        elif isinstance(event, Message):
            show_message(event, self._terminal)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


class Logged:
    """Every event as a line of the JSON log."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def __call__(self, event: Event) -> None:
        """Write one event."""
        if isinstance(event, Message):
            self._log.write(event.level, "message", message=event.text)
        elif isinstance(event, NodeStarted):
            self._started(event)
        else:
            self._finished(event)

    def _started(self, event: NodeStarted) -> None:
        self._log.write(
            "info",
            "node_started",
            node_id=event.unique_id,
            resource_type=event.resource_type,
            materialized=event.materialized,
            index=event.index,
            total=event.total,
        )

    def _finished(self, event: NodeFinished) -> None:
        result = event.result
        level = "error" if result.status.is_failure else "info"
        self._log.write(
            "warning" if result.status is Status.WARN else level,
            "node_finished",
            node_id=result.unique_id,
            resource_type=result.resource_type,
            status=result.status.value,
            is_reused=result.is_reused,
            seconds=round(result.seconds, 6),
            rows=result.rows,
            failures=result.failures,
            message=result.message,
            detail=result.detail,
            started_at=result.started_at.isoformat(),
            index=event.index,
            total=event.total,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


class Messages(Lines):
    """Warnings alone, for commands that run nothing."""

    def __call__(self, event: Event) -> None:
        """Print what is said, to standard error: the output is for data."""
        if isinstance(event, Message) and event.level == "info":
            self._terminal.complain(event.text)
        elif isinstance(event, Message):
            show_message(event, self._terminal)


def show_message(event: Message, terminal: Terminal) -> None:
    """Print a warning, or what a template has for its reader."""
    if event.level == "warning":
        terminal.warn(event.text)
    elif event.level == "info":
        terminal.note(event.text)


def result_line(result: NodeResult, terminal: Terminal) -> str:
    """Return a node's end on one line: numbers first, so that they align."""
    word, colour = WORDS[result.status]
    if result.is_reused and result.status is Status.SUCCESS:
        word, colour = "reused", DIM
    amount = "" if result.rows is None else f"{result.rows:,} rows"
    if result.rows == 1:
        amount = "1 row "
    is_idle = result.is_reused or result.status is Status.SKIPPED
    took = "" if is_idle else seconds(result.seconds)
    line = f"{terminal.style(word.ljust(6), colour)}  {took:>7}  {amount:>14}  "
    line += f"{result.resource_type:<5}  {result.name}"
    reason = (result.message or "").partition("\n")[0]
    return f"{line}: {reason}" if reason else line


def progress_for(terminal: Terminal) -> Progress:
    """Return what fits the terminal."""
    if terminal.log is not None:
        return Logged(terminal.log)
    if terminal.is_live and not terminal.is_quiet:
        from warehouse.cli.live import Live  # noqa: PLC0415 - rich: on a terminal only

        return Live(terminal)
    return Lines(terminal)
