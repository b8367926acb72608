"""What is printed while a build goes on: lines, a live display, or JSON."""

from typing import Protocol, Self

from warehouse.cli.lines import Lines
from warehouse.cli.log import Log
from warehouse.cli.terminal import Terminal
from warehouse.run.results import Event, Message, NodeFinished, NodeStarted, Status


class Progress(Protocol):
    """Takes a run's events; used in a `with`, so that a display ends with the run."""

    def __call__(self, event: Event) -> None:
        """Show one event."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(self, *_: object) -> None:
        """End, and leave the terminal as it was."""


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


def progress_for(terminal: Terminal) -> Progress:
    """Return what fits the terminal."""
    if terminal.log is not None:
        return Logged(terminal.log)
    if terminal.is_live and not terminal.is_quiet:
        from warehouse.cli.live import Live  # noqa: PLC0415 - rich: on a terminal only

        return Live(terminal)
    return Lines(terminal)
