"""`verify`: whether a release is what was published, and what the project gives."""

from argparse import Namespace

from warehouse.api.home import require_home
from warehouse.cli.formats import cell
from warehouse.cli.progress import progress_for
from warehouse.cli.projects import open_project
from warehouse.cli.tables import Column, Look, table
from warehouse.cli.terminal import BOLD, DIM, GREEN, RED, Terminal
from warehouse.cli.words import counted, size
from warehouse.errors import ExitCode, ReleaseError
from warehouse.release.home import Home
from warehouse.release.verify import verify

ADVICE = (
    "hint: warehouse rollback goes to a release that is whole; "
    "warehouse build --full-refresh makes one from nothing"
)


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Hash every file of one release or of all; then, if asked, build and compare."""
    home = require_home(arguments.project_dir, arguments.home)
    names = home.release_ids() if arguments.all else [home.find(arguments.release)]
    results = [_files(home, name, terminal) for name in names]
    is_good = all(results)
    if not is_good:
        terminal.complain(f"  {ADVICE}")
    if arguments.rebuild and is_good:
        is_good = _rebuilt(arguments, home, names[0], terminal)
    return ExitCode.OK if is_good else ExitCode.FAILED


def _files(home: Home, release_id: str, terminal: Terminal) -> bool:
    try:
        found = verify(home, release_id)
    except ReleaseError as error:
        terminal.error(error)
        return False
    for finding in found.findings:
        text = f"{finding.kind}  releases/{release_id}/{finding.path} {finding.detail}"
        terminal.complain(terminal.error_style(text, RED))
    if found.findings:
        return False
    said = f"{release_id}: {counted(found.files, 'file')}, {size(found.bytes)}, "
    terminal.out(terminal.style(said + "as published", BOLD, GREEN))
    return True


def _rebuilt(
    arguments: Namespace, home: Home, release_id: str, terminal: Terminal
) -> bool:
    from warehouse.api.verifying import (  # noqa: PLC0415 - hashing alone needs none
        DIFFERENT,
        EQUAL,
        SKIPPED,
        rebuild,
    )

    with progress_for(terminal) as progress:
        options = open_project(arguments, terminal, progress).options
        found = rebuild(arguments.project_dir, options, home, release_id, progress)
    counts = dict.fromkeys((EQUAL, DIFFERENT, SKIPPED), 0)
    for compared in found:
        counts[compared.outcome] += 1
        if compared.outcome == SKIPPED:
            text = f"not compared  {compared.unique_id}: {compared.detail}"
            terminal.note(terminal.style(text, DIM))
        elif compared.outcome == DIFFERENT:
            text = f"different  {compared.unique_id}: {compared.detail}"
            terminal.complain(terminal.error_style(text, RED))
            if compared.rows is not None:
                columns = [Column(name) for name in compared.rows.columns]
                rows = [[cell(value) for value in row] for row in compared.rows.rows]
                terminal.complain(table(columns, rows, Look(width=terminal.width)))
    is_good = not counts[DIFFERENT]
    text = f"built from nothing: {counts[EQUAL]:,} tables and views are equal, "
    text += f"{counts[DIFFERENT]:,} differ, {counts[SKIPPED]:,} were not compared"
    terminal.out(terminal.style(text, BOLD, GREEN if is_good else RED))
    return is_good
