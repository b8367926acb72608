"""What a build tells while it goes on: its log file, and OpenLineage events."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.api.result import BuildResult
from warehouse.api.workspace import Workspace
from warehouse.errors import ReleaseError, WarehouseError
from warehouse.project.files import open_text
from warehouse.run.log import Log
from warehouse.run.results import Event, EventHandler, RunResult, RunStarted

if TYPE_CHECKING:
    from warehouse.project.delivery import Outbox
    from warehouse.run.lineage import Lineage

LOG_FILE = "log.jsonl"
SEND_SECONDS = 5.0  # at the end of a run, for what is still to be sent
STOPPED_SECONDS = 0.3  # where the process is to end at once


End = Callable[[BuildResult], BuildResult]


@contextmanager
def told(project: Workspace, started: RunStarted) -> Iterator[End]:
    """Write what is said inside to the run's log file as well.

    Yields what takes the result, writes the last line, and gives the run's id and
    folder to it. A log that cannot be written is a warning.
    """
    heard = project.on_event
    try:
        stream = open_text(Path(started.folder) / LOG_FILE)
    except OSError as error:
        project.warn(f"no {LOG_FILE} in {started.folder}: {error.strerror}")
        stream = StringIO()
    log = Log(stream)
    log.invocation_id = project.invocation.invocation_id
    project.on_event = _both(log, heard)
    project.on_event(started)
    try:
        yield lambda result: _ended(log, started, result)
    except WarehouseError as error:
        with suppress(OSError):
            log.error(error)  # noqa: TRY400 - a log of ours, not Python's
        raise
    finally:
        project.on_event = heard
        with suppress(OSError):  # a full disk: whoever needs it has said so
            stream.close()


def _both(log: Log, heard: EventHandler) -> EventHandler:
    def hear(event: Event) -> None:
        with suppress(OSError):  # a full disk: whoever needs it will say so
            log.event(event)
        heard(event)

    return hear


def _ended(log: Log, started: RunStarted, result: BuildResult) -> BuildResult:
    with suppress(OSError):
        if result.error is not None:
            log.error(result.error)
        level = "info" if result.ok else "error"
        log.write(level, "summary", **result.summary())
    return replace(result, run_id=started.run_id, run_folder=started.folder)


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends a run's OpenLineage events, if somebody wants them."""

    project: Workspace
    wanted: "tuple[Outbox, Lineage] | None" = None

    @classmethod
    def of(cls, project: Workspace) -> "Sender":
        """Return the sender that settings and environment ask for."""
        environment, job = os.environ, project.settings.job
        place = _place(environment) or job.openlineage
        if place is None:
            return cls(project)
        # Here: they take HTTP along, and most builds tell nobody.
        from warehouse.project.delivery import Outbox  # noqa: PLC0415
        from warehouse.run.lineage import Lineage  # noqa: PLC0415

        invocation = project.invocation
        home = project.home
        database = project.target.path or ":memory:"
        if home is not None:
            database = home.current_link / "warehouse.duckdb"
        lineage = Lineage(
            manifest=project.manifest,
            run_id=invocation.invocation_id,
            job=f"{invocation.project}.{invocation.command}",
            namespace=environment.get(
                "OPENLINEAGE_NAMESPACE", job.openlineage_namespace
            ),
            datasets=f"duckdb://{database}",
        )
        return cls(project, (Outbox(place, project.root), lineage))

    def begun(self) -> None:
        """Tell that the run begins."""
        if self.wanted is not None:
            outbox, lineage = self.wanted
            outbox.send([lineage.begun(datetime.now(UTC))])

    def ended(self, run: RunResult) -> None:
        """Tell how every node ended, and the run.

        Nobody's build fails, or waits for long, because nobody listens.
        """
        if self.wanted is None:
            return
        outbox, lineage = self.wanted
        events = list(lineage.ended(run))
        outbox.send(events if run.stopped is None else events[-1:])
        seconds = SEND_SECONDS if run.stopped is None else STOPPED_SECONDS
        try:
            outbox.close(seconds)
        except ReleaseError as error:
            self.project.warn(error.message)


def _place(environment: Mapping[str, str]) -> str | None:
    """Return the URL that OpenLineage's own variables name."""
    url = environment.get("OPENLINEAGE_URL")
    if not url:
        return None
    endpoint = environment.get("OPENLINEAGE_ENDPOINT", "api/v1/lineage")
    return f"{url.rstrip('/')}/{endpoint.lstrip('/')}"
