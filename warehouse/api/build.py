"""One build: whether there is anything to do, and what is told of it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.api.artefacts import artefacts, results_text
from warehouse.api.gates import gates_of
from warehouse.api.repeating import would_reuse_all
from warehouse.api.request import Request, settled
from warehouse.api.result import BuildResult
from warehouse.api.resuming import is_outdone
from warehouse.api.standing import standing
from warehouse.api.telling import End, Sender, told
from warehouse.api.workspace import Workspace
from warehouse.compiler.compile import Compiler
from warehouse.manifest.selectors import unmatched
from warehouse.project.files import Text, replace_text
from warehouse.release.candidate import drop_candidate
from warehouse.release.home import Home
from warehouse.release.lock import build_lock
from warehouse.release.provenance import new_release
from warehouse.release.record import Release
from warehouse.release.runs import RESULTS_FILE, keep_run
from warehouse.run.plan import Plan, unrun
from warehouse.run.results import NodeFinished, NodeResult, RunResult, RunStarted

if TYPE_CHECKING:
    from warehouse.api.building import Building

Keep = Callable[[Mapping[str, Text]], None]


@dataclass(frozen=True, slots=True)
class Keeper:
    """Where a run's results go; `keep` writes artefacts, texts by file name."""

    run_id: str
    folder: Path
    keep: Keep


def build(project: Workspace, request: Request) -> BuildResult:
    """Run the request; with a home, publish a release if nothing failed.

    Raises ConfigError, CompileError or UsageError before anything runs, LockedError
    when another build holds the home. What fails later is in the result.
    """
    chosen = project.select(request.selected, request.excluded, request.types)
    if request.only is not None:
        chosen = tuple(name for name in project.manifest.order if name in request.only)
    for text in unmatched(project.selector, request.excluded):
        project.warn(f"--exclude: {text}")
    project.check_export()
    request = settled(project, request)
    if project.home is None:
        plan = project.plan(chosen, builds=True)
        return _Build(project, request, *plan).in_place()
    gates_of(project)  # what is wrong with them is said before anything runs
    with build_lock(project.home, request.command, request.wait) as dead:
        if dead is not None:
            project.warn(f"the build before this one was killed: {dead}")
        return _released(project, request, chosen, project.home)


def _released(
    project: Workspace, request: Request, chosen: Sequence[str], home: Home
) -> BuildResult:
    """Build for a release; from the beginning `retry` can tell what was asked for."""
    release = new_release(home, request.command, project.config.name, project.root)
    run_id = release.release_id
    keep = partial(keep_run, home, run_id)
    begun = unrun(project.manifest, chosen)
    keep({RESULTS_FILE: results_text(project, request, begun)})
    keeper = Keeper(run_id, home.runs_folder / run_id, keep)
    plan = project.plan(chosen, builds=True)
    return _Build(project, request, *plan).released(home, release, keeper)


@dataclass(frozen=True, slots=True)
class _Build:
    """One build on its way."""

    project: Workspace
    request: Request
    plan: Plan
    compiler: Compiler

    def in_place(self) -> BuildResult:
        """Build into the profile's database file, every node every time."""
        folder = self.project.root / self.project.config.target_path

        def keep(texts: Mapping[str, Text]) -> None:
            for name, text in texts.items():
                replace_text(folder / name, text)

        keeper = Keeper(self.project.invocation.invocation_id, folder, keep)
        with self._told(keeper) as end:
            return end(self._building(keep).in_place())

    def released(self, home: Home, release: Release, keeper: Keeper) -> BuildResult:
        """Build in the candidate, if there is anything to do, and publish it."""
        with self._told(keeper) as end:
            stands = standing(
                self.project, self.request, self.plan, self.compiler, home
            )
            if stands is not None:
                drop_candidate(home)
                return end(self._unchanged(*stands, keeper.keep))
            if is_outdone(self.project, self.request, self.plan, self.compiler, home):
                drop_candidate(home)
            return end(self._building(keeper.keep).released(home, release))

    def _building(self, keep: Keep) -> "Building":
        # Here: what stands as it should needs no database.
        from warehouse.api.building import Building  # noqa: PLC0415

        return Building(self.project, self.request, self.plan, self.compiler, keep)

    def _told(self, keeper: Keeper) -> AbstractContextManager[End]:
        total, command = len(self.plan.order), self.request.command
        folder = str(keeper.folder)
        return told(self.project, RunStarted(keeper.run_id, command, folder, total))

    def _unchanged(
        self, current: Release, results: Sequence[NodeResult], keep: Keep
    ) -> BuildResult:
        """Say of every node what it was: the current release is what would come."""
        project, request = self.project, self.request
        run = RunResult(tuple(results), datetime.now(UTC), 0.0)
        sender = Sender.of(project)
        sender.begun()
        for index, result in enumerate(results, start=1):
            project.on_event(NodeFinished(result, index, len(results)))
        keep(artefacts(project, request, run))
        sender.ended(run)
        reuses = would_reuse_all(project, request, self.plan, current.nodes, run)
        return BuildResult(
            run, current.release_id, is_unchanged=True, is_repeatable=reuses
        )
