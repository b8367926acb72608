"""A live display of what runs; the only user of `rich`."""

from threading import Lock
from time import monotonic
from typing import Self

from rich.console import Console, Group
from rich.live import Live as RichLive
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from warehouse.cli.lines import result_line, show_message
from warehouse.cli.terminal import Terminal
from warehouse.cli.words import seconds
from warehouse.run.results import Event, Message, NodeFinished, NodeStarted, Status
from warehouse.secrets import redact

SHOWN = 12  # running nodes; the rest are counted
PER_SECOND = 12


class Live:
    """A line for each running node; only failures and warnings scroll by.

    The display begins with the first node: what stops before that needs none.
    """

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._console = Console(
            no_color=not terminal.has_colour, highlight=False, soft_wrap=True
        )
        self._live: RichLive | None = None
        self._running: dict[str, tuple[NodeStarted, float]] = {}
        self._done = self._total = 0
        self._begun = monotonic()
        self._lock = Lock()
        self._spinner = Spinner("dots")

    def __call__(self, event: Event) -> None:
        """Take note of an event; the display draws itself."""
        with self._lock:
            if isinstance(event, NodeStarted):
                self._begin(event)
            elif isinstance(event, NodeFinished):
                self._running.pop(event.result.unique_id, None)
                self._done += 1
        if isinstance(event, NodeStarted) and self._live is None:
            self._show()
        elif isinstance(event, NodeFinished):
            status = event.result.status
            if status.is_failure or status is Status.WARN:
                line = result_line(event.result, self._terminal)
                self._console.print(Text.from_ansi(redact(line)))
        elif isinstance(event, Message):
            show_message(event, self._terminal)

    def _begin(self, event: NodeStarted) -> None:
        self._running[event.unique_id] = (event, monotonic())
        self._total = event.total

    def _show(self) -> None:
        """Begin to draw. Drawing takes our lock, so it must be free here."""
        self._begun = monotonic()
        self._live = RichLive(
            get_renderable=self._display,
            console=self._console,
            refresh_per_second=PER_SECOND,
            transient=True,
        )
        self._live.start()

    def _display(self) -> Group:
        with self._lock:
            running = list(self._running.values())
            done, total = self._done, self._total
        now = monotonic()
        lines = Table.grid(padding=(0, 2))
        lines.add_column(no_wrap=True)
        lines.add_column(justify="right", style="dim", no_wrap=True)
        lines.add_column(style="dim")
        lines.add_column(no_wrap=True, overflow="ellipsis")
        for event, begun in running[:SHOWN]:
            kind = event.resource_type.ljust(5)
            took = seconds(now - begun)
            lines.add_row(self._spinner, took, kind, event.name)
        more = f", {len(running) - SHOWN} more run" if len(running) > SHOWN else ""
        took = seconds(now - self._begun)
        summary = f"{done}/{total} done after {took}{more}"
        if done == total:
            summary = f"all {total} done, finishing after {took}"
        return Group(lines, Text(summary, style="dim"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()
