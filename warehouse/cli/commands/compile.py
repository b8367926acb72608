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
    """Write the SQL of what is selected; print it where that is one node."""
    project = open_project(arguments, terminal, Messages(terminal))
    selected = arguments.select
    if arguments.inline is not None:
        if selected:
            raise UsageError("say --select or --inline, not both")
        selected = [add_inline(project, arguments.inline)]
    found = chosen(project, selected, arguments.exclude, TYPES)
    with reader(project) as engine:
        compiled = compile_nodes(project, found, engine)
    # A model brings its tests along; asked for by name, it is its SQL that is wanted.
    asked = [c for c in compiled if not c.node.is_test] or compiled
    is_one = bool(selected) and len(asked) == 1
    if is_one:
        terminal.out(redact(asked[0].sql.strip("\n")))
    if arguments.inline is not None:
        return ExitCode.OK  # it has no file of its own
    folder = write_compiled(project, compiled)
    if is_one:
        return ExitCode.OK
    shown = folder.relative_to(project.root)
    terminal.note(f"wrote the SQL of {counted(len(compiled), 'node')} to {shown}/")
    return ExitCode.OK
