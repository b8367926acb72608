"""What a build comes to."""

from dataclasses import dataclass
from typing import Any

from warehouse.errors import ExitCode, WarehouseError
from warehouse.run.results import NodeResult, RunResult


@dataclass(frozen=True, slots=True, repr=False)
class BuildResult:
    """The run's results, and what became of them.

    `release_id` is the release that the build published, or that it found to be true
    already (`is_unchanged`); None when nothing was published: the build failed, or it
    was in place. `error` is what prevented a publication after the run. `stale` are the
    nodes that a partial build left behind what it built, or never built: a release is a
    whole, so with any of them nothing is published. `is_repeatable` says that the same
    build of the same files would reuse every node. `run_folder` has the run's artefacts
    and log.
    """

    run: RunResult
    release_id: str | None = None
    is_unchanged: bool = False
    error: WarehouseError | None = None
    stale: tuple[str, ...] = ()
    is_repeatable: bool = False
    run_id: str | None = None
    run_folder: str | None = None

    @property
    def results(self) -> tuple[NodeResult, ...]:
        """Return the nodes' results in the order in which they ended."""
        return self.run.results

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return self.run.ok and self.error is None

    @property
    def exit_code(self) -> ExitCode:
        """The process's exit code for it."""
        if self.run.stopped is not None:
            return self.run.stopped
        return ExitCode.OK if self.ok else ExitCode.FAILED

    def summary(self) -> dict[str, Any]:
        """Return the outcome as the log's last line has it."""
        counts: dict[str, int] = {}
        for found in self.results:
            counts[found.status.value] = counts.get(found.status.value, 0) + 1
        return {
            "ok": self.ok,
            "exit_code": int(self.exit_code),
            "release_id": self.release_id,
            "is_unchanged": self.is_unchanged,
            "seconds": round(self.run.seconds, 6),
            "counts": counts,
            "reused": sum(found.is_reused for found in self.results),
        }

    def __repr__(self) -> str:
        """Say the outcome, not the hundreds of results."""
        published = f", release_id={self.release_id!r}" if self.release_id else ""
        return f"<BuildResult ok={self.ok}, {len(self.results)} results{published}>"
