"""`why`: whether a node would run or be reused, and the reason; `build --dry-run`."""

from argparse import Namespace
from collections.abc import Iterator, Sequence

from warehouse.api.compiling import node_named
from warehouse.api.forecast import forecast
from warehouse.api.request import Request
from warehouse.api.workspace import Workspace
from warehouse.cli.lines import Messages
from warehouse.cli.projects import open_project
from warehouse.cli.terminal import BOLD, DIM, Terminal
from warehouse.cli.words import counted
from warehouse.errors import ExitCode, UsageError
from warehouse.manifest.nodes import Node
from warehouse.run.forecast import Forecast

SELECTING = "+@*:, "  # characters of selectors that no name has


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Say of a node what the next build does with it, and why; then of its tests."""
    if set(arguments.node) & set(SELECTING):
        raise UsageError(
            f'"{arguments.node}" is a selector; `why` takes one name',
            hint="for all that is selected: warehouse build --dry-run --select "
            f"'{arguments.node}'",
        )
    project = open_project(arguments, terminal, Messages(terminal))
    node = node_named(project, arguments.node)
    found = forecast(project, project.select(), Request())
    known = {shown.node.unique_id: shown for shown in found}
    if node.is_ephemeral:
        readers = [known[name] for name in _readers(project, node) if name in known]
        terminal.out(f"{node.search_name} is ephemeral: a part of what reads it")
        shown = readers
    elif node.unique_id in known:
        tests = project.manifest.tests_of(node.unique_id)
        shown = [known[n.unique_id] for n in (node, *tests) if n.unique_id in known]
    else:
        terminal.out(f"{node.search_name} is never run: it is only described")
        shown = []
    for one in shown:
        terminal.out(_line(one, terminal))
    return ExitCode.OK


def show_plan(
    project: Workspace, chosen: Sequence[str], request: Request, terminal: Terminal
) -> int:
    """Print what a build would run, with the reasons, and count what it would reuse."""
    found = forecast(project, chosen, request)
    for shown in found:
        if not shown.is_reused:
            terminal.out(_line(shown, terminal))
    reused = sum(shown.is_reused for shown in found)
    failing = sum(shown.fails for shown in found)
    nodes = [shown for shown in found if not shown.is_reused and not shown.fails]
    tests = sum(shown.node.is_test for shown in nodes)
    text = f"would run {counted(len(nodes) - tests, 'node')} and "
    text += f"{counted(tests, 'test')}, and reuse {reused:,}; "
    text += f"{failing:,} would fail or be skipped; " if failing else ""
    text += "nothing was touched"
    terminal.note(terminal.style(text, BOLD))
    return ExitCode.OK


def _readers(project: Workspace, ephemeral: Node) -> Iterator[str]:
    """Yield the nodes whose SQL has an ephemeral one in it."""
    for unique_id in sorted(project.manifest.graph.downstream[ephemeral.unique_id]):
        node = project.manifest.nodes.get(unique_id)
        if node is not None and node.is_ephemeral:
            yield from _readers(project, node)
        elif node is not None:
            yield unique_id


def _line(shown: Forecast, terminal: Terminal) -> str:
    word = "reuse" if shown.is_reused else "fail" if shown.fails else "run"
    styled = terminal.style(word.ljust(5), DIM) if shown.is_reused else word.ljust(5)
    node = shown.node
    return f"{styled}  {node.resource_type:<5}  {node.search_name}: {shown.reason}"
