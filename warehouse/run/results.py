"""What a run says while it goes on (events) and when it has ended (results)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from warehouse.errors import ExitCode


class Status(StrEnum):
    """How a node ended, in dbt's words."""

    SUCCESS = "success"
    PASS = "pass"  # noqa: S105 - a test's outcome
    WARN = "warn"
    FAIL = "fail"
    ERROR = "error"
    SKIPPED = "skipped"
    NO_OP = "no-op"

    @property
    def is_failure(self) -> bool:
        """Whether the build fails by it."""
        return self in {Status.FAIL, Status.ERROR}


@dataclass(frozen=True, slots=True)
class NodeResult:
    """How one node ended.

    `is_reused` says that nothing ran, because nothing that it depends on has changed.
    `rows` counts a table's rows, `failures` a test's failing rows; each is None where
    it means nothing. `message` is one line, `detail` all that is known of an error.
    `peak_memory` and `spilled`, in bytes, are the most that the whole database held in
    memory and on disk while one of the node's statements ran.
    """

    unique_id: str
    resource_type: str
    name: str
    status: Status
    started_at: datetime
    seconds: float
    is_reused: bool = False
    materialized: str = ""
    relation_name: str | None = None
    message: str | None = None
    detail: str | None = None
    rows: int | None = None
    failures: int | None = None
    peak_memory: int | None = None
    spilled: int | None = None
    is_out_of_memory: bool = False
    attempts: int = 1
    compiled_code: str | None = None
    fingerprint: str | None = None
    thread: str = "main"


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A run begins: `total` nodes, whose results will stand in `folder`."""

    run_id: str
    command: str
    folder: str
    total: int


@dataclass(frozen=True, slots=True)
class NodeStarted:
    """A node begins to run."""

    unique_id: str
    resource_type: str
    name: str
    materialized: str
    index: int
    total: int


@dataclass(frozen=True, slots=True)
class NodeFinished:
    """A node has ended."""

    result: NodeResult
    index: int
    total: int


@dataclass(frozen=True, slots=True)
class Message:
    """A line for the reader: a warning, or what a template logged."""

    level: str  # debug, info, print (info that is asked for), warning
    text: str


Event = RunStarted | NodeStarted | NodeFinished | Message
EventHandler = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class RunResult:
    """All that a run did, in the order in which nodes ended.

    `stopped` is the exit code of what stopped it: an interrupt, or SIGTERM.
    `operations` are the hooks of on-run-start and on-run-end.
    """

    results: tuple[NodeResult, ...]
    started_at: datetime
    seconds: float
    stopped: ExitCode | None = None
    operations: tuple[NodeResult, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether it came to its end and nothing failed."""
        return self.stopped is None and not any(
            result.status.is_failure for result in self.results
        )


def ignore(_: Event) -> None:
    """Handle an event by doing nothing."""
