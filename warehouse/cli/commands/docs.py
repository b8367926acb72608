"""`docs generate`: what the project and the database say of each other."""

from argparse import Namespace

from warehouse.api.documenting import generate_docs
from warehouse.cli.lines import Messages
from warehouse.cli.projects import open_project
from warehouse.cli.terminal import Terminal
from warehouse.cli.words import counted
from warehouse.errors import ExitCode


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Write the artefacts and say where."""
    project = open_project(arguments, terminal, Messages(terminal))
    folder, tables = generate_docs(
        project,
        arguments.select,
        arguments.exclude,
        compiles=not arguments.no_compile,
        empty_catalog=arguments.empty_catalog,
    )
    shown = folder.relative_to(project.root)
    terminal.note(
        f"wrote manifest.json, catalog.json and index.html to {shown}/: "
        f"{counted(tables, 'relation')}"
    )
    return ExitCode.OK
