"""A database's refusal, told at the line of the file that the user wrote."""

from collections.abc import Iterator
from contextlib import contextmanager

from warehouse.compiler.compile import Compiled
from warehouse.engine.protocol import Engine, EngineError, Result
from warehouse.errors import ExecutionError, nearest

ROOM = (
    "raise `memory_limit`, or give `temp_directory` more room, under "
    "[tool.warehouse.limits] of pyproject.toml"
)
OUT_OF_MEMORY = "Out of Memory"  # of memory, or of room for what does not fit it


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error comes of a statement for which there was no room."""
    cause = error.__cause__
    return isinstance(cause, EngineError) and cause.kind == OUT_OF_MEMORY


@contextmanager
def located(compiled: Compiled) -> Iterator[None]:
    """Turn an EngineError from a node's SQL into an ExecutionError that points."""
    try:
        yield
    except EngineError as error:
        node = compiled.node
        location = node.file.location()
        if error.position is not None and error.position <= len(compiled.sql):
            location = compiled.locate(error.position)
        elif node.test is not None and node.properties is not None:
            location = node.properties
        raise ExecutionError(
            error.message, location=location, hint=hint(error, compiled.sql)
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


def hint(error: EngineError, sql: str) -> str | None:
    """Say what to do about what the database refused, where that is known."""
    advice = ROOM if error.kind == OUT_OF_MEMORY else error.advice
    if advice is not None:
        return advice
    if error.kind == "csv":
        return "correct the rows, or declare other types under `column_types`"
    if error.position is not None and sql[error.position : error.position + 1] == ";":
        return "remove the semicolon: the query stands inside another statement"
    if not error.candidates:
        return None
    quoted = error.message.split('"')[1::2]
    asked = quoted[-1] if quoted else error.message.split(" name ")[-1].split()[0]
    found = nearest(asked, error.candidates)
    if found is None and error.kind == "Binder":
        return "there is: " + ", ".join(error.candidates[:8])
    return found
