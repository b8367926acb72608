"""`deps`: the packages that a project requires."""

from argparse import Namespace

from warehouse.api.dependencies import install_dependencies
from warehouse.api.variables import read_variables
from warehouse.cli.terminal import Terminal
from warehouse.cli.words import counted
from warehouse.errors import ExitCode


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Install the packages and name each."""
    installed = install_dependencies(
        arguments.project_dir,
        read_variables(arguments.vars),
        upgrade=arguments.upgrade,
        lock_only=arguments.lock,
    )
    for package in installed:
        if package.warning:
            terminal.warn(package.warning)
        terminal.note(f"{package.name} from {package.source}")
    if not installed:
        terminal.note("no packages are required")
    elif arguments.lock:
        terminal.note(f"wrote {counted(len(installed), 'package')} to package-lock.yml")
    else:
        terminal.note(f"installed {counted(len(installed), 'package')}")
    return ExitCode.OK
