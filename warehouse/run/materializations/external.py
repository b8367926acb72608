"""`materialized='external'`: rows in a file beside the database, and a view of it.

With a home the rows are a table of the release, and the file stands in its folder.
"""

from pathlib import Path

from warehouse.engine.protocol import Engine, EngineError
from warehouse.errors import ExecutionError
from warehouse.jinja.column import Column
from warehouse.jinja.relation import Relation
from warehouse.project.swaps import stranger_at
from warehouse.run.contracts import checked_layout
from warehouse.run.faults import execute_around
from warehouse.run.materializations.location import Output, output_of
from warehouse.run.materializations.table import table
from warehouse.run.materializations.work import Work

ROWS = Relation(None, None, "__external_rows")  # a table of the connection's own


def external(work: Work) -> int | None:
    """Write the node's rows into a file, then look at it through a view."""
    output = output_of(work.compiler, work.node)
    if work.compiler.templates.invocation.is_released:
        return table(work)
    with work.rows() as sql:
        checked_layout(work, sql)
        opening = f"create or replace temp table {ROWS} as (\n"
        execute_around(work.engine, f"{opening}{sql}\n)", sql)
    count = int(work.engine.execute(f"select count(*) from {ROWS}").rows[0][0])
    columns = work.engine.describe(f"from {ROWS}")
    try:
        if output.path is None:
            work.engine.execute(_copy(output, output.location))
        else:
            _refuse_strangers(work, output, output.path)
            with work.swaps.replaced(output.path) as draft:
                write_rows(work.engine, f"from {ROWS}", output, draft)
    except EngineError as error:
        error.position = None  # it is one in our statement
        raise
    work.engine.execute(f"drop table {ROWS}")
    work.engine.create_view(work.relation, _view(output, columns, count))
    return count


def write_rows(engine: Engine, sql: str, output: Output, path: Path) -> None:
    """Write a query's rows to a path in the format and with the options of an output.

    Where there are no rows, a folder of parts is not made.
    """
    engine.execute(_copy(output, str(path), sql))


def _copy(output: Output, place: str, sql: str = f"from {ROWS}") -> str:
    quoted = place.replace("'", "''")
    return f"copy ({sql}) to '{quoted}' ({output.write_options})"


def _refuse_strangers(work: Work, output: Output, path: Path) -> None:
    """Refuse to put a folder where other files are, or one kind for another."""
    stranger = stranger_at(path, output.format if output.is_folder else None)
    if stranger is not None:
        raise ExecutionError(
            f"{output.location} {stranger}, which is none of this model's files",
            location=work.node.file.location(),
            hint="give the model a `location` of its own",
        )


def _view(output: Output, columns: list[Column], count: int) -> str:
    """Return the view's query. What is empty says its own columns."""
    if not count and (output.is_folder or output.format != "parquet"):
        typed = (f"null::{column.dtype} as {column.quoted}" for column in columns)
        return f"select {', '.join(typed)} where false"
    return f"select * from {output.read_call}"
