"""`source freshness`: how old the sources are."""

from argparse import Namespace

from warehouse.api.freshness import check_freshness
from warehouse.cli.lines import Messages
from warehouse.cli.projects import open_project
from warehouse.cli.terminal import BOLD, GREEN, RED, YELLOW, Terminal
from warehouse.cli.words import counted, span
from warehouse.errors import ExitCode
from warehouse.run.freshness import SourceAge

COLOURS = {"pass": GREEN, "warn": YELLOW, "error": RED}


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Check the sources and print how each stands."""
    project = open_project(arguments, terminal, Messages(terminal))
    ages = check_freshness(
        project, arguments.select, arguments.exclude, arguments.output
    )
    for age in ages:
        terminal.note(_line(age, terminal))
        if age.error is not None:
            terminal.complain(f"{_name(age)}: {age.error}")
        if terminal.log is not None:
            _log(age, terminal)
    failed = sum(age.is_failure for age in ages)
    said = f"checked {counted(len(ages), 'source')}: "
    said += f"{failed} too old or not readable" if failed else "none is too old"
    terminal.note(terminal.style(said, BOLD, RED if failed else GREEN))
    return ExitCode.FAILED if failed else ExitCode.OK


def _name(age: SourceAge) -> str:
    return f"{age.source.source_name}.{age.source.name}"


def _line(age: SourceAge, terminal: Terminal) -> str:
    word = terminal.style(age.status.ljust(13), COLOURS.get(age.status, RED))
    old = "" if age.age is None else span(age.age)
    return f"{word}  {old:>8}  {_name(age)}"


def _log(age: SourceAge, terminal: Terminal) -> None:
    if terminal.log is None:
        return
    terminal.log.write(
        "error" if age.is_failure else "info",
        "source_freshness",
        node_id=age.source.unique_id,
        status=age.status,
        seconds_old=None if age.age is None else age.age.total_seconds(),
        message=age.error,
    )
