"""`query`: SQL on what was published."""

import sys
from argparse import Namespace
from pathlib import Path

from warehouse.api.home import find_home, require_home
from warehouse.api.reading import ask, asking, open_file, open_release, write_parquet
from warehouse.cli.formats import ENDINGS
from warehouse.cli.lines import Messages
from warehouse.cli.rows import table_text, text_of
from warehouse.cli.terminal import Terminal
from warehouse.engine.protocol import Engine
from warehouse.engine.setup import setup_of
from warehouse.errors import ExitCode, UsageError, nearest
from warehouse.project.files import replacing

UNSAID = 0  # the limit when no --limit is said
ON_A_TERMINAL = 50  # rows of a table then


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Run the SQL and show its rows, or write them to a file."""
    sql, file = _sql(arguments)
    form = _format(arguments.format, arguments.output)
    if form == "parquet" and arguments.output is None:
        raise UsageError(
            "Parquet is nothing to print", hint="name a file: --output rows.parquet"
        )
    engine = _open(arguments, terminal)
    try:
        with asking(engine, sql, file):
            if arguments.output is None:
                _print(engine, sql, form, arguments.limit, terminal)
            else:
                _write(engine, sql, form, arguments.limit, arguments.output)
    finally:
        engine.close()
    return ExitCode.OK


def _sql(arguments: Namespace) -> tuple[str, str]:
    """Return the SQL and where it stands, for errors."""
    given = [value for value in (arguments.sql, arguments.file) if value is not None]
    if len(given) != 1:
        raise UsageError(
            "say SQL, or - to read it from the standard input, or --file FILE",
            hint='warehouse query "show all tables"',
        )
    if arguments.file is not None:
        return arguments.file.read_text(encoding="utf-8"), str(arguments.file)
    if arguments.sql == "-":
        return sys.stdin.read(), "standard input"
    return arguments.sql, "query"


def _format(named: str | None, output: Path | None) -> str:
    if named is not None or output is None:
        return named or "table"
    ending = output.suffix.lower()
    if ending not in ENDINGS:
        hint = nearest(ending, ENDINGS) or "say --format, or end it in .csv or .parquet"
        raise UsageError(f'cannot tell a format from the name "{output}"', hint=hint)
    return ENDINGS[ending]


def _open(arguments: Namespace, terminal: Terminal) -> Engine:
    """Open what was built last; with a home, without reading the project."""
    home = find_home(arguments.project_dir, arguments.home)
    if home is None and arguments.release is not None:
        home = require_home(arguments.project_dir, arguments.home)
    if home is not None:
        return open_release(home, arguments.release)
    from warehouse.cli.projects import open_project  # noqa: PLC0415 - slow, for the profile

    target = open_project(arguments, terminal, Messages(terminal)).target
    if target.path is None:
        raise UsageError(f'target "{target.name}" is in memory: nothing is kept to ask')
    return open_file(target.path, setup_of(target))


def _print(
    engine: Engine, sql: str, form: str, limit: int | None, terminal: Terminal
) -> None:
    if form == "table":
        if limit == UNSAID:
            limit = None if terminal.width is None else ON_A_TERMINAL
        terminal.out(table_text(ask(engine, sql), limit, terminal))
        return
    for text in text_of(ask(engine, sql), form, None if limit == UNSAID else limit):
        terminal.write(text)


def _write(
    engine: Engine, sql: str, form: str, limit: int | None, target: Path
) -> None:
    """Write all that is asked for, then give the file its name."""
    limit = None if limit == UNSAID else limit
    with replacing(target) as temporary:
        if form == "parquet":
            write_parquet(engine, sql, temporary, limit)
            return
        stream = ask(engine, sql)
        with temporary.open("w", encoding="utf-8", newline="") as file:
            if form == "table":
                file.write(table_text(stream, limit, Terminal()) + "\n")
            else:
                file.writelines(text_of(stream, form, limit))
