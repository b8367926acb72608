"""The JSON log: one object a line for whatever happens."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from threading import Lock
from typing import Any, TextIO

from warehouse.errors import CompileErrors, WarehouseError
from warehouse.run.results import (
    Event,
    Message,
    NodeFinished,
    NodeStarted,
    RunStarted,
    Status,
)
from warehouse.secrets import redactor

# One encoder for all lines: `json.dumps` with options would make one for each.
_encode = json.JSONEncoder(ensure_ascii=False, default=str).encode


class Log:
    """A stream of lines; safe for the threads of one run.

    Each has the ids of the command (`invocation_id`) and, once there is one, of the
    run (`run_id`), whose results have it too.
    """

    def __init__(self, stream: TextIO, *, is_quiet: bool = False) -> None:
        self.invocation_id: str | None = None
        self.run_id: str | None = None
        self._stream = stream
        self._lock = Lock()
        self._redact = redactor()
        self._is_quiet = is_quiet

    def write(self, level: str, event: str, **fields: Any) -> None:
        """Write one line: time (UTC), level, event and ids, then `fields`."""
        if self._is_quiet and level not in {"warning", "error"}:
            return
        line = _encode(
            {
                "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "level": level,
                "event": event,
                "invocation_id": self.invocation_id,
                "run_id": self.run_id,
                **fields,
            }
        )
        with self._lock:
            self._stream.write(self._redact(line) + "\n")
            if not fields.get("is_reused"):  # these come by the thousand
                self._stream.flush()

    def event(self, event: Event) -> None:
        """Write what happened in a run."""
        match event:
            case Message():
                level = "info" if event.level == "print" else event.level
                self.write(level, "message", message=event.text)
            case RunStarted():
                self.run_id = event.run_id
                self.write("info", "run_started", **_started(event))
            case NodeStarted():
                self.write("info", "node_started", **_node(event))
            case NodeFinished():
                self.write(_level(event), "node_finished", **_result(event))

    def error(self, error: WarehouseError) -> None:
        """Write an error; of several, each on a line of its own."""
        errors: Sequence[WarehouseError] = (error,)
        if isinstance(error, CompileErrors):
            errors = error.errors
        for one in errors:
            place = one.location
            self.write(
                "error",
                "error",
                kind=one.title,
                message=one.message,
                file=place.file if place else None,
                line=place.line if place else None,
                column=place.column if place else None,
                hint=one.hint,
                exit_code=int(error.exit_code),
            )


def _started(event: RunStarted) -> Mapping[str, Any]:
    return {"command": event.command, "folder": event.folder, "total": event.total}


def _node(event: NodeStarted) -> Mapping[str, Any]:
    return {
        "node_id": event.unique_id,
        "resource_type": event.resource_type,
        "materialized": event.materialized,
        "index": event.index,
        "total": event.total,
    }


def _level(event: NodeFinished) -> str:
    status = event.result.status
    if status is Status.WARN:
        return "warning"
    return "error" if status.is_failure else "info"


def _result(event: NodeFinished) -> Mapping[str, Any]:
    result = event.result
    return {
        "node_id": result.unique_id,
        "resource_type": result.resource_type,
        "status": result.status.value,
        "is_reused": result.is_reused,
        "seconds": round(result.seconds, 6),
        "rows": result.rows,
        "failures": result.failures,
        "message": result.message,
        "detail": result.detail,
        "peak_memory": result.peak_memory,
        "spilled": result.spilled,
        "attempts": result.attempts,
        "started_at": result.started_at.isoformat(),
        "index": event.index,
        "total": event.total,
    }
