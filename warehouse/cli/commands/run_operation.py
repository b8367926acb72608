"""`run-operation`: one macro, called by its name."""

from argparse import Namespace

from warehouse.api.operation import run_operation
from warehouse.api.variables import read_variables
from warehouse.cli.progress import progress_for
from warehouse.cli.projects import open_project
from warehouse.cli.terminal import Terminal


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Call the macro; what it logs and prints is shown."""
    given = read_variables(arguments.args, "--args")
    with progress_for(terminal) as progress:
        project = open_project(arguments, terminal, progress)
        result = run_operation(project, arguments.macro, given)
    if result.error is not None:
        terminal.error(result.error)
    return result.exit_code
