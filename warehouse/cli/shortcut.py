"""`build` when nothing changed: says so without reading the project."""

import time
from argparse import Namespace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from warehouse.api.unchanged import Asked, recall
from warehouse.cli.grammar import command_of
from warehouse.cli.terminal import BOLD, DIM, GREEN, Terminal

if TYPE_CHECKING:
    from warehouse.release.memory import Memory

# What changes nothing in what is built.
FREE = frozenset({"quiet", "no_color", "log_format", "wait"})
COUNTED = ("project_dir", "profiles_dir", "home", "target", "vars", "threads")


def asked_of(arguments: Namespace) -> Asked | None:
    """Return what a command line asks for; None for anything but a whole build."""
    if arguments.command != "build" or arguments.log_format != "text":
        return None
    for argument in command_of("build").arguments:
        is_free = argument.name in {*FREE, *COUNTED}
        if not is_free and getattr(arguments, argument.name) != argument.default:
            return None
    return Asked(
        folder=arguments.project_dir,
        home=arguments.home,
        arguments={name: getattr(arguments, name) for name in COUNTED},
        started=time.time_ns(),
    )


def say_unchanged(asked: Asked, terminal: Terminal) -> bool:
    """Say what a build comes to if nothing changed; whether that is so."""
    found = recall(asked)
    if found is None:
        return False
    _show(found, asked, terminal)
    return True


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
