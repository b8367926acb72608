"""`why`: whether a node would run or be reused, and the reason; `build --dry-run`."""

from argparse import Namespace
from collections.abc import Sequence

from warehouse.api.compiling import node_named
from warehouse.api.forecast import forecast
from warehouse.api.request import Request
from warehouse.api.workspace import Workspace
from warehouse.cli.lines import Messages
from warehouse.cli.projects import open_project
from warehouse.cli.terminal import BOLD, DIM, Terminal
from warehouse.cli.words import counted
from warehouse.errors import ExitCode, UsageError
from warehouse.run.forecast import Forecast
from warehouse.run.plan import is_run

SELECTING = "+@*:, "  # characters of selectors that no name has


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Say of a node what the next build does with it, and why; then of its tests."""
    if set(arguments.node) & set(SELECTING):
        raise UsageError(
            f'"{arguments.node}" is a selector; `why` takes one name',
            hint="for all that is selected: warehouse build --dry-run --select "
            f"'{arguments.node}'",
        )
    arguments.command = "build"  # what it tells of, and templates may ask for
    project = open_project(arguments, terminal, Messages(terminal))
    node = node_named(project, arguments.node)
    known = {
        found.node.unique_id: found
        for found in forecast(project, project.select(), Request())
    }
    tests = project.manifest.tests_of(node.unique_id)
    told = (node.unique_id, *(test.unique_id for test in tests))
    if node.is_ephemeral:
        terminal.out(f"{node.search_name} is ephemeral: a part of what reads it")
        told = project.manifest.readers(node.unique_id)
    elif node.unique_id not in known:
        word = "is never run: it is only described"
        if node.declared is None and is_run(node):
            word = "is left out by the project's default selector"
        terminal.out(f"{node.search_name} {word}")
    for unique_id in told:
        if unique_id in known:
            terminal.out(_line(known[unique_id], terminal))
    return ExitCode.OK


def show_plan(
    project: Workspace, chosen: Sequence[str], request: Request, terminal: Terminal
) -> int:
    """Print what a build would run, with the reasons, and count what it would reuse."""
    found = forecast(project, chosen, request)
    for one in found:
        if not one.is_reused:
            terminal.out(_line(one, terminal))
    reused = sum(one.is_reused for one in found)
    failing = sum(one.fails for one in found)
    unsure = sum(one.may_run for one in found)
    nodes = [one for one in found if not (one.is_reused or one.fails or one.may_run)]
    tests = sum(one.node.is_test for one in nodes)
    text = f"would run {counted(len(nodes) - tests, 'node')} and "
    text += f"{counted(tests, 'test')}, and reuse {reused:,}; "
    text += f"{unsure:,} may run; " if unsure else ""
    text += f"{failing:,} would fail or be skipped; " if failing else ""
    text += "nothing was touched"
    terminal.note(terminal.style(text, BOLD))
    return ExitCode.OK


def _line(found: Forecast, terminal: Terminal) -> str:
    word = "may" if found.may_run else "fail" if found.fails else "run"
    word = ("reuse" if found.is_reused else word).ljust(5)
    styled = terminal.style(word, DIM) if found.is_reused else word
    node = found.node
    return f"{styled}  {node.resource_type:<5}  {node.search_name}: {found.reason}"
