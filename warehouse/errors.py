"""The kinds of failure, each with its exit code and what the user can do about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import IntEnum

from warehouse.secrets import redact


class ExitCode(IntEnum):
    """What the process tells the scheduler."""

    OK = 0
    FAILED = 1  # a model or a test failed; nothing was published
    USAGE = 2  # usage, configuration or compile error; nothing ran
    LOCKED = 3  # another build holds the lock
    INTERRUPTED = 130  # Ctrl-C: 128 + SIGINT, as shells have it
    TERMINATED = 143  # 128 + SIGTERM


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file as its author wrote it; line and column count from 1.

    `excerpt` is the line itself, so that whoever prints the error can show it
    without opening the file again.
    """

    file: str
    line: int | None = None
    column: int | None = None
    excerpt: str | None = None

    def __str__(self) -> str:
        parts = [self.file, self.line, self.column]
        return ":".join(str(part) for part in parts if part is not None)


class WarehouseError(Exception):
    """Something the user can mend: what went wrong, where, and what to do."""

    exit_code = ExitCode.USAGE
    title = "Error"

    def __init__(
        self,
        message: str,
        *,
        location: Location | None = None,
        hint: str | None = None,
        stack: Sequence[str] = (),
    ) -> None:
        super().__init__(redact(message))
        self.message = redact(message)
        self.location = location
        self.hint = None if hint is None else redact(hint)
        self.stack = tuple(stack)

    def __str__(self) -> str:
        lines = [f"{self.location}: {self.message}" if self.location else self.message]
        if self.location and self.location.excerpt is not None:
            lines.append(f"  | {self.location.excerpt}")
            if self.location.column is not None:
                lines.append("  | " + " " * (self.location.column - 1) + "^")
        lines += [f"  in {frame}" for frame in self.stack]
        if self.hint:
            lines.append(f"  hint: {self.hint}")
        return redact("\n".join(lines))


class Terminated(KeyboardInterrupt):
    """The process was asked to end, by SIGTERM: an interrupt of another kind."""


def stop_code(interrupt: KeyboardInterrupt) -> ExitCode:
    """Return the exit code of what stops a command."""
    is_term = isinstance(interrupt, Terminated)
    return ExitCode.TERMINATED if is_term else ExitCode.INTERRUPTED


class UsageError(WarehouseError):
    """The command line asks for what cannot be: an unknown selector, node or flag."""

    title = "Usage error"


class ConfigError(WarehouseError):
    """A configuration or properties file says something wrong."""

    title = "Configuration error"


class CompileError(WarehouseError):
    """A template or its SQL cannot be understood."""

    title = "Compilation error"


class CompileErrors(WarehouseError):  # noqa: N818 - the plural of one
    """Several independent errors, reported at once."""

    title = "Compilation errors"

    def __init__(self, errors: Iterable[WarehouseError]) -> None:
        self.errors = tuple(errors)
        super().__init__(f"{len(self.errors)} errors")

    def __str__(self) -> str:
        return "\n\n".join(str(error) for error in self.errors)


class ExecutionError(WarehouseError):
    """The database refused a statement while a node ran."""

    exit_code = ExitCode.FAILED
    title = "Database error"


class ReleaseError(WarehouseError):
    """A release cannot be made, found or read."""

    exit_code = ExitCode.FAILED
    title = "Release error"


class LockedError(WarehouseError):
    """Another build holds the lock of this home."""

    exit_code = ExitCode.LOCKED
    title = "Locked"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Say which known names come closest to `name`, or None when none does.

    >>> nearest("materialised", ["materialized", "tags"])
    'did you mean "materialized"?'
    """
    matches = get_close_matches(name, sorted(set(known)), n=3, cutoff=0.65)
    if not matches:
        return None
    return "did you mean " + " or ".join(f'"{match}"' for match in matches) + "?"
