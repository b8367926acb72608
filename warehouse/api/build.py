"""One build: in place, or as a candidate that becomes a release."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from warehouse.api.candidates import is_fresh, open_for, opened
from warehouse.api.exporting import export_marts
from warehouse.api.external import export_files
from warehouse.api.gates import gates_of
from warehouse.api.grounds import ground_of
from warehouse.api.opening import setup_for
from warehouse.api.publishing import Built, publish_built
from warehouse.api.repeating import would_reuse_all
from warehouse.api.request import Request, request_arguments
from warehouse.api.result import BuildResult
from warehouse.api.telling import End, Sender, told
from warehouse.api.workspace import Workspace
from warehouse.compiler.compile import Compiler
from warehouse.engine.protocol import Engine, EngineError
from warehouse.errors import ExecutionError, ReleaseError
from warehouse.manifest.artefact import manifest_dict
from warehouse.manifest.selectors import unmatched
from warehouse.project.files import replace_text
from warehouse.release.home import Home
from warehouse.release.lock import build_lock
from warehouse.release.provenance import new_release
from warehouse.release.record import MartFile, Release
from warehouse.release.runs import RESULTS_FILE, keep_run
from warehouse.run.artefact import run_results_dict
from warehouse.run.execute import Executor
from warehouse.run.hook_results import hook_values
from warehouse.run.operations import Operations
from warehouse.run.plan import Plan
from warehouse.run.results import RunResult, RunStarted
from warehouse.run.runner import RunOptions, run_plan, unrun
from warehouse.run.states import NodeStates, NoStates
from warehouse.run.steps import Ground

Keep = Callable[[Mapping[str, str]], None]


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
    project.exported()
    plan, compiler = project.plan(
        chosen, defers=project.home is None and not project.settings.strict
    )
    options = project.options
    request = replace(request, is_narrowed=project.is_narrowed)
    if options.empty or options.sample:  # a part of the rows is not for readers
        request = replace(request, publishes=False)
    build_ = _Build(project, request, plan, compiler)
    if project.home is None:
        return build_.in_place()
    gates_of(project)  # what is wrong with them is said before anything runs
    with build_lock(project.home, request.command, request.wait) as dead:
        if dead is not None:
            project.warn(f"the build before this one was killed: {dead}")
        return build_.released(project.home)


@dataclass(frozen=True, slots=True)
class _Build:
    """One build on its way."""

    project: Workspace
    request: Request
    plan: Plan
    compiler: Compiler

    def in_place(self) -> BuildResult:
        """Build into the profile's database file, every node every time."""
        path = self.project.target.path
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        folder = self.project.root / self.project.config.target_path

        def keep(artefacts: Mapping[str, str]) -> None:
            for name, text in artefacts.items():
                replace_text(folder / name, text)

        keeper = Keeper(self.project.invocation.invocation_id, folder, keep)
        with (
            self._told(keeper) as end,
            self._opened(opened(path, setup_for(self.project))) as engine,
        ):
            run = self._run(engine, self._executor(engine, NoStates()), keep)
            return end(BuildResult(run))

    def released(self, home: Home) -> BuildResult:
        """Build in the candidate; publish it when nothing failed."""
        release = new_release(
            home, self.request.command, self.project.config.name, self.project.root
        )
        run_id = release.release_id
        keeper = Keeper(
            run_id, home.runs_folder / run_id, partial(keep_run, home, run_id)
        )
        with self._told(keeper) as end:
            return end(self._released(home, release, keeper.keep))

    def _told(self, keeper: Keeper) -> AbstractContextManager[End]:
        total, command = len(self.plan.order), self.request.command
        folder = str(keeper.folder)
        return told(self.project, RunStarted(keeper.run_id, command, folder, total))

    def _released(self, home: Home, release: Release, keep: Keep) -> BuildResult:
        candidate, engine = open_for(self.project, self.request, home)
        error: ReleaseError | None = None
        marts: tuple[MartFile, ...] = ()
        with self._opened(engine):
            ground = ground_of(self.project.manifest, home, candidate)
            executor = self._executor(engine, candidate.states, ground)
            run = self._run(engine, executor, keep)
            stale: list[str] = []
            if run.ok and self.request.publishes and self.request.is_partial:
                stale = executor.contents.stale(engine, self.plan, run)
            publishes = run.ok and self.request.publishes and not stale
            if publishes:
                try:
                    marts = export_marts(self.project, engine, candidate, release)
                    export_files(self.compiler, engine, candidate.folder)
                except ReleaseError as refused:
                    error = refused
        if not publishes or error is not None:
            return BuildResult(run, error=error, stale=tuple(stale))
        release = replace(release, marts=marts, tests=_test_counts(run))
        built = Built(home, candidate, release, run)
        result = publish_built(self.project, self.request, built)
        known = candidate.states.known()
        reuses = would_reuse_all(self.project, self.request, self.plan, known, run)
        return replace(result, is_repeatable=reuses)

    def _executor(
        self, engine: Engine, states: NodeStates, ground: Ground | None = None
    ) -> Executor:
        return Executor(
            self.project.manifest,
            self.compiler,
            states,
            engine,
            strict=self.project.settings.strict,
            reuses=not self.project.options.full_refresh
            or (is_fresh(self.project, self.request) and self.request.resumes),
            ground=ground,
        )

    def _run(self, engine: Engine, executor: Executor, keep: Keep) -> RunResult:
        """Run the plan; keep its results, and what to try again should it be killed."""
        begun = unrun(self.plan, executor, "the run ended without a word")
        keep({RESULTS_FILE: self._results(begun)})
        project = self.project
        sender = Sender.of(project)
        sender.begun()
        operations = Operations(self.compiler, project.packages, engine)
        try:
            run = begun = self._run_plan(executor, operations)
            if run.stopped is None and any(
                package.config.hooks.get("on-run-end") for package in project.packages
            ):
                database = project.target.database
                values = hook_values(project.manifest, run, database)
                operations.run("on-run-end", values)
        finally:  # a hook that fails leaves its result, and those before it
            run = replace(begun, operations=tuple(operations.results))
            keep(self._artefacts(run))
        sender.ended(run)
        return run

    def _run_plan(self, executor: Executor, operations: Operations) -> RunResult:
        project, engine = self.project, operations.engine
        executor.leftovers.drop_removed(engine)
        operations.run("on-run-start")
        limits = project.settings.limits
        options = RunOptions(
            project.target.threads, self.request.fail_fast, limits.node_timeout
        )
        return run_plan(self.plan, executor, engine, options, project.on_event)

    @contextmanager
    def _opened(self, engine: Engine) -> Iterator[Engine]:
        """Close the database whatever happens; its own faults become ours."""
        try:
            yield engine
        except EngineError as error:
            raise ExecutionError(error.message) from error
        finally:
            engine.close()

    def _artefacts(self, run: RunResult) -> dict[str, str]:
        """Return the texts of dbt's artefacts, by file name."""
        manifest = manifest_dict(self.project.manifest, self.project.invocation)
        return {
            RESULTS_FILE: self._results(run),
            "manifest.json": json.dumps(manifest, default=str),
        }

    def _results(self, run: RunResult) -> str:
        request = request_arguments(self.project.options, self.request)
        results = run_results_dict(run, self.project.invocation, request)
        return json.dumps(results, default=str)


def _test_counts(run: RunResult) -> dict[str, int]:
    counts: dict[str, int] = {}
    for result in run.results:
        if result.resource_type in {"test", "unit_test"}:
            counts[result.status.value] = counts.get(result.status.value, 0) + 1
    return counts
