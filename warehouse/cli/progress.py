"""What is printed while a build goes on: lines, a live display, or JSON."""

from typing import Protocol, Self

from warehouse.cli.lines import Lines
from warehouse.cli.terminal import Terminal
from warehouse.run.log import Log
from warehouse.run.results import Event


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
        self._log.event(event)

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
