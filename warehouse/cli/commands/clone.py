"""`clone`: views of what an earlier run built."""

from argparse import Namespace

from warehouse.api.clone import TYPES, clone
from warehouse.api.listing import chosen, types_of
from warehouse.cli.commands.build import show_result
from warehouse.cli.progress import progress_for
from warehouse.cli.projects import open_project
from warehouse.cli.terminal import Terminal


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Make a view of each chosen node's relation, and say what it came to."""
    types = types_of(arguments.resource_type, TYPES)
    with progress_for(terminal) as progress:
        project = open_project(arguments, terminal, progress)
        found = chosen(project, arguments.select, arguments.exclude, types)
        result = clone(project, found)
    show_result("clone", project, result, terminal)
    return result.exit_code
