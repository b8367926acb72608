"""What DuckDB's errors say: message, position, kind, names that come near."""

import json
import re

import duckdb

from warehouse.engine.closed import refusal
from warehouse.engine.protocol import ANOTHER_KIND, EngineError

CLOSED = "closed"  # the kind of error when SQL reaches for what is not declared
_ANOTHER_KIND = re.compile("is of type (Table|View), trying to replace with type")


def read_error(error: duckdb.Error, sql: str = "") -> EngineError:
    """Read the position and candidates that DuckDB puts into its JSON errors.

    DuckDB counts in bytes, we in characters.
    """
    text = str(error)
    start = text.find("{")
    try:
        details = json.loads(text[start:]) if start >= 0 else {}
    except ValueError:
        details = {}
    if "exception_message" not in details:
        return _plain(text)
    message, candidates = _without_candidates(details["exception_message"])
    if _ANOTHER_KIND.search(message):
        return EngineError(message, kind=ANOTHER_KIND)
    if details.get("candidates"):
        candidates = details["candidates"].split(",")
    position = None
    if (start_byte := details.get("position")) is not None:
        position = len(sql.encode()[: int(start_byte)].decode(errors="ignore"))
    if (closed := refusal(message)) is not None:
        if position is None and closed.named and closed.named in sql:
            position = sql.find(closed.named)
        return EngineError(
            closed.message, position=position, kind=CLOSED, advice=closed.advice
        )
    return EngineError(
        message,
        position=position,
        candidates=candidates,
        kind=details.get("exception_type", type(error).__name__),
    )


def _without_candidates(message: str) -> tuple[str, list[str]]:
    """Take what DuckDB's text says of candidates out of it, and their names."""
    kept: list[str] = []
    names: list[str] = []
    for line in message.splitlines():
        if line.startswith(
            ("Candidate bindings:", "Candidate tables:", "Did you mean")
        ):
            names += line.split('"')[1::2]
        else:
            kept.append(line)
    return "\n".join(kept).strip(), names


def _plain(text: str) -> EngineError:
    """Read an error as DuckDB tells it to people: kind, message, candidates, line."""
    if (closed := refusal(text)) is not None:
        return EngineError(closed.message, kind=CLOSED, advice=closed.advice)
    kind, separator, message = text.partition(" Error: ")
    message, candidates = _without_candidates(message if separator else text)
    return EngineError(
        message.partition("\n\nLINE ")[0],
        candidates=candidates,
        kind=kind if separator else "",
    )
