"""`show`: a node's rows, as its SQL stands now."""

from argparse import Namespace

from warehouse.api.compiling import add_inline, node_named, preview, reader
from warehouse.api.listing import chosen
from warehouse.api.workspace import Workspace
from warehouse.cli.lines import Messages
from warehouse.cli.projects import open_project
from warehouse.cli.rows import table_text, text_of
from warehouse.cli.terminal import Terminal
from warehouse.errors import ExitCode, UsageError
from warehouse.manifest.nodes import Node


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Compile one node and show what it gives."""
    project = open_project(arguments, terminal, Messages(terminal))
    node = node_of(project, arguments)
    with reader(project) as engine, preview(project, node, engine) as stream:
        if arguments.format in {"table", "text"}:
            terminal.out(table_text(stream, arguments.limit, terminal))
            return ExitCode.OK
        for text in text_of(stream, arguments.format, arguments.limit):
            terminal.write(text)
    return ExitCode.OK


def node_of(project: Workspace, arguments: Namespace) -> Node:
    """Return the node that is meant. Raises UsageError unless it is exactly one."""
    said = [arguments.name, arguments.inline, *arguments.select]
    if sum(value is not None for value in said) != 1:
        raise UsageError(
            "say one node, or --inline SQL", hint="warehouse show company_exposures"
        )
    if arguments.inline is not None:
        return node_named(project, add_inline(project, arguments.inline))
    if arguments.name is not None:
        return node_named(project, arguments.name)
    types = ("model", "seed")
    found = chosen(project, arguments.select, (), types)
    if not found:
        raise UsageError(
            "what is selected has no rows to show",
            hint="models, seeds and --inline SQL can be shown",
        )
    if len(found) != 1:
        names = ", ".join(project.manifest[key].name for key in found)
        raise UsageError(f"the selection is not one node but {len(found)}: {names}")
    return project.manifest.nodes[found[0]]
