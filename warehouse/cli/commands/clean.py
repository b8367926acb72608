"""`clean`: away with what builds leave in the project."""

from argparse import Namespace

from warehouse.api.cleaning import clean_targets, remove
from warehouse.cli.lines import Messages
from warehouse.cli.projects import open_project
from warehouse.cli.terminal import Terminal
from warehouse.errors import ExitCode


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Remove the clean-targets and name each."""
    project = open_project(arguments, terminal, Messages(terminal))
    targets = clean_targets(project.config, project.home)
    if not targets:
        terminal.note("nothing to remove")
    for target in targets:
        shown = target.relative_to(project.root)
        if arguments.dry_run:
            terminal.note(f"would remove {shown}")
        else:
            remove(target)
            terminal.note(f"removed {shown}")
    return ExitCode.OK
