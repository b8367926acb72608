"""A database's refusal, told at the line of the file that the user wrote."""

from collections.abc import Iterator
from contextlib import contextmanager

from warehouse.compiler.compile import Compiled
from warehouse.engine.protocol import EngineError
from warehouse.errors import ExecutionError, nearest


@contextmanager
def located(compiled: Compiled) -> Iterator[None]:
    """Turn an EngineError from a node's SQL into an ExecutionError that points."""
    try:
        yield
    except EngineError as error:
        node = compiled.node
        location = node.file.location()
        if error.position is not None:
            location = compiled.locate(error.position)
        elif node.test is not None and node.properties is not None:
            location = node.properties
        raise ExecutionError(
            _without_candidates(error.message), location=location, hint=_hint(error)
        ) from error


def _without_candidates(message: str) -> str:
    """Drop what DuckDB says of candidates: the hint says it in our words."""
    kept = [
        line
        for line in message.splitlines()
        if not line.startswith(("Candidate bindings:", "Did you mean"))
    ]
    return "\n".join(kept).strip()


def _hint(error: EngineError) -> str | None:
    if error.kind == "csv":
        return "correct the rows, or declare other types under `column_types`"
    if not error.candidates:
        return None
    quoted = error.message.split('"')
    asked = quoted[1] if len(quoted) > 2 else ""
    return nearest(asked, error.candidates) or (
        "there is: " + ", ".join(error.candidates[:8])
    )
