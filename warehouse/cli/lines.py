"""One line of text for each node that has ended, and for what is said on the way."""

from typing import Self

from warehouse.cli.terminal import DIM, GREEN, RED, YELLOW, Terminal
from warehouse.cli.words import seconds
from warehouse.run.results import Event, Message, NodeFinished, NodeResult, Status

WORDS = {
    Status.SUCCESS: ("ok", GREEN),
    Status.PASS: ("pass", GREEN),
    Status.WARN: ("WARN", YELLOW),
    Status.FAIL: ("FAIL", RED),
    Status.ERROR: ("ERROR", RED),
    Status.SKIPPED: ("skip", DIM),
    Status.NO_OP: ("no-op", DIM),
}
QUIET = (Status.SUCCESS, Status.PASS)


class Lines:
    """One plain line for each node that has ended."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._ended = 0

    def __call__(self, event: Event) -> None:
        """Print a line, if the event is worth one.

        What was reused without a fault is only counted: of a thousand nodes, a reader
        looks for the one that ran.
        """
        if isinstance(event, NodeFinished):
            self._ended += 1
            if event.result.is_reused and event.result.status in QUIET:
                return
            place = str(self._ended).rjust(len(str(event.total)))
            line = result_line(event.result, self._terminal)
            self._terminal.note(f"{place}/{event.total}  {line}")
        elif isinstance(event, Message):
            show_message(event, self._terminal)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


class Messages(Lines):
    """Warnings alone, for commands that run nothing."""

    def __call__(self, event: Event) -> None:
        """Print what is said, to standard error: the output is for data."""
        if isinstance(event, Message) and event.level in {"info", "print"}:
            self._terminal.complain(event.text)
        elif isinstance(event, Message):
            show_message(event, self._terminal)


def show_message(event: Message, terminal: Terminal) -> None:
    """Print a warning, or what a template has for its reader."""
    if event.level == "warning":
        terminal.warn(event.text)
    elif event.level == "print":
        terminal.out(event.text)
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
