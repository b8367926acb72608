"""`build`, `run`, `seed`, `snapshot` and `test`: one way, and what each takes of it."""

from argparse import Namespace
from contextlib import AbstractContextManager

from warehouse.api.build import build
from warehouse.api.listing import chosen, types_of
from warehouse.api.report import Report, reported
from warehouse.api.request import TYPES as BUILT
from warehouse.api.request import Request
from warehouse.api.result import BuildResult
from warehouse.api.unchanged import remember
from warehouse.api.workspace import Workspace
from warehouse.cli.lines import WORDS
from warehouse.cli.progress import progress_for
from warehouse.cli.projects import command_text, open_project
from warehouse.cli.shortcut import asked_of
from warehouse.cli.summary import counts_table, noteworthy, summary_line
from warehouse.cli.tables import Look
from warehouse.cli.terminal import BOLD, DIM, GREEN, RED, YELLOW, Terminal
from warehouse.cli.words import seconds
from warehouse.errors import ExitCode
from warehouse.release.lock import holder
from warehouse.run.results import NodeResult

TYPES = {
    "build": BUILT,
    "run": ("model",),
    "seed": ("seed",),
    "snapshot": ("snapshot",),
    "test": ("test", "unit_test"),
}


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Build what is selected, show how it goes, and say what it came to."""
    types = TYPES[arguments.command]
    if arguments.command == "build":
        types = types_of(arguments.resource_type, types)
    request = Request(
        selected=arguments.select,
        excluded=arguments.exclude,
        types=types,
        fail_fast=arguments.fail_fast,
        publishes=arguments.command == "build",
        command=command_text(arguments.words),
        wait=arguments.wait,
        accepts_changes=getattr(arguments, "accept_changes", False),
    )
    asked = asked_of(arguments)
    with job(arguments, terminal) as report, progress_for(terminal) as progress:
        project = open_project(arguments, terminal, progress)
        if not chosen(project, arguments.select, arguments.exclude, types):
            terminal.note(f"nothing to do: no {' or '.join(types)} is selected")
            return ExitCode.OK
        if getattr(arguments, "dry_run", False):
            # Here: what is only shown may be asked of a database.
            from warehouse.cli.commands.why import show_plan  # noqa: PLC0415

            found = chosen(project, arguments.select, arguments.exclude, types)
            return show_plan(project, found, request, terminal)
        say_who_builds(project, request, terminal)
        result = report.result = build(project, request)
        if asked is not None:
            remember(project, asked, result)
    show_result(arguments.command, project, result, terminal)
    return result.exit_code


def job(arguments: Namespace, terminal: Terminal) -> AbstractContextManager[Report]:
    """Tell the project's hook of a build or retry, when it is over."""
    command = command_text(arguments.words)
    hooked = arguments.command in {"build", "retry"}
    return reported(arguments.project_dir, command, terminal.warn, is_on=hooked)


def say_who_builds(project: Workspace, request: Request, terminal: Terminal) -> None:
    """Warn that somebody else builds, when the command waits for them."""
    if not request.wait or project.home is None:
        return
    who = holder(project.home)
    if who is not None:
        terminal.warn(f"waiting up to {seconds(request.wait)} for {who}")


def show_result(
    command: str, project: Workspace, result: BuildResult, terminal: Terminal
) -> None:
    """Say what a run came to: counts, what is noteworthy, one line."""
    line = summary_line(command, result, has_home=project.home is not None)
    if terminal.log is not None:
        _log(result, line, terminal)
        return
    look = Look(
        width=terminal.width,
        head=lambda text: terminal.style(text, DIM),
        faint=lambda text: terminal.style(text, DIM),
    )
    terminal.note(f"\n{counts_table(result.results, look)}\n")
    for found in noteworthy(result.results):
        if found.status.is_failure or not terminal.is_quiet:
            terminal.complain(_details(found, terminal))
    if result.error is not None:
        terminal.error(result.error)
        terminal.complain("")
    terminal.note(terminal.style(line, BOLD, GREEN if result.ok else RED))


def _details(result: NodeResult, terminal: Terminal) -> str:
    word, _ = WORDS[result.status]
    colour = RED if result.status.is_failure else YELLOW
    head = terminal.error_style(f"{word} {result.resource_type} {result.name}", colour)
    return f"{head}\n{result.detail or result.message or ''}\n"


def _log(result: BuildResult, line: str, terminal: Terminal) -> None:
    if terminal.log is None:
        return
    if result.error is not None:
        terminal.log.error(result.error)
    level = "info" if result.ok else "error"
    terminal.log.write(level, "summary", message=line, **result.summary())
