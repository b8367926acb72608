"""Tells of a build when it is over: the hook commands of an unattended job."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warehouse.api.result import BuildResult
from warehouse.engine.protocol import EngineError
from warehouse.errors import (
    ExecutionError,
    ExitCode,
    ReleaseError,
    WarehouseError,
    stop_code,
)
from warehouse.project.job import Job
from warehouse.project.settings import load_settings

SHOWN = 50  # failed nodes that the facts name; the rest are counted


@dataclass(slots=True)
class Report:
    """One command's outcome, as it becomes known."""

    command: str
    root: Path
    started_at: datetime
    result: BuildResult | None = None
    fault: WarehouseError | None = None
    stopped: ExitCode | None = None

    @property
    def exit_code(self) -> ExitCode:
        """The process's exit code."""
        if self.stopped is not None:
            return self.stopped
        if self.fault is not None:
            return self.fault.exit_code
        return self.result.exit_code if self.result is not None else ExitCode.OK

    def facts(self) -> dict[str, Any]:
        """Return what a hook is told."""
        result, code = self.result, self.exit_code
        results = result.results if result is not None else ()
        failed = [found for found in results if found.status.is_failure]
        counts: dict[str, int] = {}
        for found in results:
            counts[found.status.value] = counts.get(found.status.value, 0) + 1
        fault = self.fault or (result.error if result is not None else None)
        seconds = (datetime.now(UTC) - self.started_at).total_seconds()
        return {
            "outcome": "success" if code is ExitCode.OK else "failure",
            "exit_code": int(code),
            "command": self.command,
            "project_folder": str(self.root),
            "started_at": self.started_at.isoformat(timespec="seconds"),
            "seconds": round(seconds, 3),
            "run_id": result.run_id if result is not None else None,
            "run_folder": result.run_folder if result is not None else None,
            "release_id": result.release_id if result is not None else None,
            "is_unchanged": result.is_unchanged if result is not None else False,
            "error": str(fault) if fault is not None else None,
            "failed_count": len(failed),
            "counts": counts,
            "failed": [
                {
                    "node_id": found.unique_id,
                    "status": found.status.value,
                    "message": found.message,
                    "detail": found.detail,
                }
                for found in failed[:SHOWN]
            ],
        }


@contextmanager
def reported(
    folder: Path, command: str, warn: Callable[[str], None], *, is_on: bool = True
) -> Iterator[Report]:
    """Run the project's hook when what stands inside is over, however it ends.

    A hook's own failure is a warning: the build is what it is.
    """
    report = Report(command, folder.resolve(), datetime.now(UTC))
    try:
        yield report
    except WarehouseError as error:
        report.fault = error
        raise
    except KeyboardInterrupt as interrupt:
        report.stopped = stop_code(interrupt)
        raise
    except Exception as error:  # a disk's refusal, or a bug of ours: told as well
        kind = ExecutionError if isinstance(error, EngineError) else WarehouseError
        report.fault = kind(f"{type(error).__name__}: {error}")
        raise
    finally:
        if is_on:
            _tell(report, warn)


def _tell(report: Report, warn: Callable[[str], None]) -> None:
    if report.result is None and report.fault is None and report.stopped is None:
        return  # there was nothing to do
    try:
        job = load_settings(report.root).job
    except WarehouseError:
        job = Job()  # the fault itself is told by whoever met it first
    command = _hook(job, report.exit_code, os.environ)
    if not command:
        return
    # Here: it takes HTTP along, and most builds tell nobody.
    from warehouse.project.delivery import run_hook  # noqa: PLC0415

    is_stopped = report.exit_code in {ExitCode.INTERRUPTED, ExitCode.TERMINATED}
    try:
        run_hook(command, report.facts(), report.root, waits=not is_stopped)
    except ReleaseError as error:
        warn(error.message)


def _hook(job: Job, code: ExitCode, environment: Mapping[str, str]) -> str | None:
    """Return the command to run: the environment's, else the project's."""
    if code is ExitCode.OK:
        return environment.get("WAREHOUSE_ON_SUCCESS", job.on_success)
    return environment.get("WAREHOUSE_ON_FAILURE", job.on_failure)
