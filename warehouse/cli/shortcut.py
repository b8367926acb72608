"""`build`, `parse` and `ls` when nothing changed: without reading the project."""

import time
from argparse import Namespace
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from warehouse.api.unchanged import Asked, recall, recall_answer
from warehouse.cli.grammar import command_of
from warehouse.cli.terminal import BOLD, DIM, GREEN, Terminal

if TYPE_CHECKING:
    from warehouse.release.memory import Memory

# What changes nothing in what is built.
FREE = frozenset({"quiet", "no_color", "log_format", "wait"})
READING = ("parse", "ls")
COUNTED = ("project_dir", "profiles_dir", "home", "target", "vars", "threads")


def asked_of(arguments: Namespace) -> Asked | None:
    """Return what a command line asks for, if its outcome may be known beforehand.

    That of a whole build, and of `parse` and `ls` without an earlier run's state.
    """
    command = command_of(arguments.command)
    if arguments.log_format != "text":
        return None
    if command.name == "build":
        names = list(COUNTED)
        for argument in command.arguments:
            is_free = argument.name in {*FREE, *COUNTED}
            if not is_free and getattr(arguments, argument.name) != argument.default:
                return None
    elif command.name in READING and getattr(arguments, "state", None) is None:
        names = [*COUNTED, *(argument.name for argument in command.arguments), "words"]
    else:
        return None
    return Asked(
        command=command.name,
        folder=arguments.project_dir,
        home=arguments.home,
        arguments={name: getattr(arguments, name) for name in names},
        started=time.time_ns(),
    )


def answered(asked: Asked, terminal: Terminal) -> bool:
    """Say what a command comes to if nothing changed; whether that is so."""
    if asked.command in READING:
        answer = recall_answer(asked)
        if answer is not None:
            show_answer(asked.command, answer.lines, terminal)
        return answer is not None
    found = recall(asked)
    if found is not None:
        _show(found, asked, terminal)
    return found is not None


def show_answer(command: str, lines: Iterable[str], terminal: Terminal) -> None:
    """Print what `ls` found, or what `parse` has to say of it."""
    show = terminal.out if command == "ls" else terminal.note
    for line in lines:
        show(line)


def _show(found: "Memory", asked: Asked, terminal: Terminal) -> None:
    from warehouse.api.result import BuildResult  # noqa: PLC0415 - only when it is so
    from warehouse.cli.summary import counts_table, summary_line  # noqa: PLC0415
    from warehouse.cli.tables import Look  # noqa: PLC0415
    from warehouse.run.results import NodeResult, RunResult, Status  # noqa: PLC0415

    if terminal.is_quiet:
        return
    now = datetime.now(UTC)
    results = [
        NodeResult(
            unique_id="",
            resource_type=kind,
            name="",
            status=Status(status),
            started_at=now,
            seconds=0.0,
            is_reused=True,
            rows=rows if number == 0 else None,
        )
        for kind, status, count, rows in found.tallies
        for number in range(count)
    ]
    took = (time.time_ns() - asked.started) / 1e9
    result = BuildResult(
        RunResult(tuple(results), now, took), found.release_id, is_unchanged=True
    )
    look = Look(
        width=terminal.width,
        head=lambda text: terminal.style(text, DIM),
        faint=lambda text: terminal.style(text, DIM),
    )
    line = summary_line("build", result, has_home=True)
    terminal.note(f"\n{counts_table(results, look)}\n")
    terminal.note(terminal.style(line, BOLD, GREEN))
