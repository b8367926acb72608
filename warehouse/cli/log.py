"""The JSON log: one object a line for whatever happens."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from threading import Lock
from typing import Any, TextIO

from warehouse.errors import CompileErrors, WarehouseError


class Log:
    """A stream of lines; safe for the threads of one run."""

    def __init__(self, stream: TextIO, *, is_quiet: bool = False) -> None:
        self.invocation_id: str | None = None
        self._stream = stream
        self._lock = Lock()
        self._lowest = "warning" if is_quiet else "debug"

    def write(self, level: str, event: str, **fields: Any) -> None:
        """Write one line: time (UTC), level, event and invocation, then `fields`."""
        levels = ("debug", "info", "warning", "error")
        if levels.index(level) < levels.index(self._lowest):
            return
        head = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "level": level,
            "event": event,
            "invocation_id": self.invocation_id,
        }
        line = json.dumps({**head, **fields}, ensure_ascii=False, default=str)
        with self._lock:
            self._stream.write(line + "\n")
            self._stream.flush()

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
