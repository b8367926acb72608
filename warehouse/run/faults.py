"""A database's refusal, told at the line of the file that the user wrote."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress

from warehouse.compiler.compiled import Compiled
from warehouse.compiler.visible import all_visible
from warehouse.engine.protocol import Engine, EngineError, Result
from warehouse.errors import ExecutionError, nearest

ROOM = (
    "raise `memory_limit`, or give `temp_directory` more room, under "
    "[tool.warehouse.limits] of pyproject.toml"
)
MOST_NAMES = 20  # that a hint lists
OUT_OF_MEMORY = "Out of Memory"  # of memory, or of room for what does not fit it


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error comes of a statement for which there was no room."""
    cause = error.__cause__
    return isinstance(cause, EngineError) and cause.kind == OUT_OF_MEMORY


@contextmanager
def located(compiled: Compiled, engine: Engine) -> Iterator[None]:
    """Turn an EngineError from a node's SQL into an ExecutionError that points.

    `engine` is asked for what it could have said.
    """
    try:
        yield
    except EngineError as error:
        node = compiled.node
        location, line = node.file.location(), None
        if error.position is not None and error.position <= len(compiled.sql):
            location = compiled.locate(error.position)
            line = compiled.macro_line(error.position)
        elif node.test is not None and node.properties is not None:
            location = node.properties
        raise ExecutionError(
            error.message,
            location=location,
            stack=() if line is None else (line,),
            hint=hint(error, compiled.sql, engine),
        ) from error


def execute_around(engine: Engine, sql: str, query: str) -> Result:
    """Run SQL around a node's query; a fault's position counts in the query."""
    try:
        return engine.execute(sql)
    except EngineError as error:
        start = sql.find(query)
        if error.position is not None and start >= 0:
            error.position = max(error.position - start, 0)
        raise


def hint(error: EngineError, sql: str, engine: Engine | None = None) -> str | None:
    """Say what to do about what the database refused, where that is known.

    With an `engine` to ask, all columns that an unknown one could be are known.
    """
    advice = ROOM if error.kind == OUT_OF_MEMORY else error.advice
    if advice is not None:
        return advice
    if error.kind == "csv":
        return "correct the rows, or declare other types under `column_types`"
    if error.position is not None and sql[error.position : error.position + 1] == ";":
        return "remove the semicolon: the query stands inside another statement"
    columns = [] if engine is None else _columns(error, sql, engine)
    return _names(error, columns) if error.candidates or columns else None


def _names(error: EngineError, columns: Sequence[str]) -> str | None:
    """Say which names an unknown one comes near, or which columns there are.

    The database itself tells no more than a few, which need not be near.
    """
    quoted = error.message.split('"')[1::2]
    asked = quoted[-1] if quoted else error.message.split(" name ")[-1].split()[0]
    found = nearest(asked, columns or error.candidates)
    if found is not None or error.kind != "Binder":
        return found
    if not columns:
        return "there is, among others: " + ", ".join(error.candidates)
    more = len(columns) - MOST_NAMES
    names = ", ".join(columns[:MOST_NAMES])
    return f"there is: {names}" + (f", and {more} more" if more > 0 else "")


def _columns(error: EngineError, sql: str, engine: Engine) -> list[str]:
    """List the columns that could stand where one is unknown; none if nobody knows."""
    if error.position is None or error.kind != "Binder":
        return []
    found = all_visible(sql, engine.dialect, error.position)
    if found is None:
        return []
    asked, query = found
    # Another connection: on this one the transaction may have failed.
    with suppress(EngineError), closing(engine.cursor()) as other:
        columns = dict.fromkeys(column.name for column in other.describe(query))
        is_known = asked.lower() in map(str.lower, columns)
        return [] if is_known else list(columns)
    return []
