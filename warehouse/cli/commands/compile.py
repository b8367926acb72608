"""`compile`: the SQL that would run."""

from argparse import Namespace

from warehouse.api.compiling import add_inline, compile_nodes, reader, write_compiled
from warehouse.api.listing import chosen
from warehouse.cli.lines import Messages
from warehouse.cli.projects import open_project
from warehouse.cli.terminal import Terminal
from warehouse.cli.words import counted
from warehouse.errors import ExitCode, UsageError
from warehouse.secrets import redact

TYPES = ("model", "test", "analysis")


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Write the SQL of what is selected; print it when that is one node."""
    project = open_project(arguments, terminal, Messages(terminal))
    selected = arguments.select
    if arguments.inline is not None:
        if selected:
            raise UsageError("say --select or --inline, not both")
        selected = [add_inline(project, arguments.inline)]
    found = chosen(project, selected, arguments.exclude, TYPES)
    nodes = project.manifest.nodes
    named = [key for key in found if not nodes[key].is_test]
    # A model brings its tests along; asked for by name, it is its SQL that is wanted.
    if selected and len(named) == 1:
        found = (named[0],)
    with reader(project) as engine:
        compiled = compile_nodes(project, found, engine)
    if selected and len(compiled) == 1:
        terminal.out(redact(compiled[0].sql.strip("\n")))
        return ExitCode.OK
    folder = write_compiled(project, compiled)
    shown = folder.relative_to(project.root)
    terminal.note(f"wrote the SQL of {counted(len(compiled), 'node')} to {shown}/")
    return ExitCode.OK
