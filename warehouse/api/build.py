"""One build: in place, or as a candidate that becomes a release."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from warehouse.api.external import export_files, with_files
from warehouse.api.gates import gates_of
from warehouse.api.grounds import check_replaceable, ground_of, with_ground
from warehouse.api.heritage import Histories
from warehouse.api.opening import setup_for
from warehouse.api.request import Request, request_arguments
from warehouse.api.result import BuildResult
from warehouse.api.telling import End, Sender, told
from warehouse.api.workspace import Workspace
from warehouse.compiler.compile import Compiler
from warehouse.engine.duckdb import DuckDB
from warehouse.engine.protocol import Engine, EngineError
from warehouse.engine.setup import Setup, setup_of
from warehouse.errors import ExecutionError, ReleaseError
from warehouse.manifest.artefact import manifest_dict
from warehouse.manifest.nodes import Node
from warehouse.manifest.selectors import unmatched
from warehouse.project.files import replace_text
from warehouse.release.candidate import Candidate, open_candidate, resume_candidate
from warehouse.release.history import fault_of_current
from warehouse.release.home import Home
from warehouse.release.lock import build_lock
from warehouse.release.provenance import new_release
from warehouse.release.publish import publish
from warehouse.release.record import MartFile, Release
from warehouse.release.retention import Retention, retain
from warehouse.release.runs import RESULTS_FILE, keep_run
from warehouse.run.artefact import run_results_dict
from warehouse.run.execute import Executor
from warehouse.run.hook_results import hook_values
from warehouse.run.operations import Operations
from warehouse.run.plan import Plan
from warehouse.run.results import RunResult, RunStarted, Status
from warehouse.run.runner import RunOptions, run_plan, unrun
from warehouse.run.states import NodeStates, NoStates
from warehouse.run.steps import Ground

# What holds nothing but what a build puts there; "" is what is never built.
REPEATABLE = frozenset({"seed", "table", "view", "ephemeral", "table_function", ""})
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
    plan, compiler = project.plan(chosen)
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
        with self._told(keeper) as end, self._opened(self._open(path)) as engine:
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
        candidate, engine = self._candidate(home)
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
                # Here: pyarrow takes long to import, and few builds come to it.
                from warehouse.api.exporting import export_marts  # noqa: PLC0415

                try:
                    marts = export_marts(self.project, engine, candidate, release)
                    export_files(self.compiler, engine, candidate.folder)
                except ReleaseError as refused:
                    error = refused
        if not publishes or error is not None:
            return BuildResult(run, error=error, stale=tuple(stale))
        release = replace(release, marts=marts, tests=_test_counts(run))
        result = self._publish(home, candidate, release, run)
        return replace(result, is_repeatable=self._is_repeatable(candidate, run))

    def _is_repeatable(self, candidate: Candidate, run: RunResult) -> bool:
        """Whether all that was built would be reused, with no word to the user."""
        project, good = self.project, {Status.SUCCESS, Status.PASS, Status.NO_OP}
        states, nodes = candidate.states.known(), project.manifest.nodes
        certain = {key for key, state in states.items() if state.fingerprint}
        hooks = [h for p in project.packages for h in p.config.hooks.values() if h]
        if self.request.is_partial or project.reading.varying or hooks:
            return False
        for key in self.plan.order:
            node = nodes[key]  # a unit test is as certain as its model
            basis = key if node.unit is None else node.depends_on[0]
            if node.declared is None and basis not in certain:
                return False
        return (
            certain == set(states)
            and all(result.status in good for result in run.results)
            and all(map(_is_repeatable, nodes.values()))
            and not any(node.deprecation_date for node in nodes.values())
        )

    @property
    def _is_partial(self) -> bool:
        return self.request.is_partial or not self.request.publishes

    @property
    def _is_fresh(self) -> bool:
        """Whether nothing of the current release is to be taken."""
        return self.project.options.full_refresh and not self._is_partial

    def _candidate(self, home: Home) -> tuple[Candidate, Engine]:
        """Go on with what an earlier build left, or begin with the current release."""
        fresh, candidate = self._is_fresh, None
        brief = all(map(_is_repeatable, self.project.manifest.nodes.values()))
        if not fresh or self.request.resumes:
            candidate = resume_candidate(
                home, of_fresh=not self._is_partial, of_current=not fresh
            )
        if candidate is not None and (brief or not candidate.is_brief):
            with suppress(EngineError):  # damaged: begin again
                setup = self._setup(home, candidate)
                resumed = DuckDB.open(candidate.database_path, setup=setup)
                return candidate, _hastened(resumed, candidate)
        if (fault := fault_of_current(home)) is not None:
            check_replaceable(self.project.manifest, fault, is_refreshed=fresh)
            if not fresh:
                self.project.warn(f"{fault}: building from nothing")
            fresh = True
        # It attaches the release before: open, but it runs none of the project's SQL.
        limits = self.project.settings.limits
        setup = setup_of(self.project.target, limits)
        heritage = Histories(self.project.manifest, setup)
        candidate = open_candidate(home, fresh, heritage, brief=brief)
        engine = self._open(candidate.database_path, self._setup(home, candidate))
        return candidate, _hastened(engine, candidate)

    def _setup(self, home: Home, candidate: Candidate) -> Setup:
        """Return how to open a candidate: its files, and the release to ask."""
        manifest = self.project.manifest
        setup = with_files(setup_for(self.project), manifest, home.candidate_folder)
        return with_ground(setup, manifest, home, candidate)

    def _publish(
        self, home: Home, candidate: Candidate, release: Release, run: RunResult
    ) -> BuildResult:
        """Publish, unless the current release holds the same and no refresh is asked.

        What is published stays so: trouble with old releases is only a warning.
        """
        if not self.project.options.full_refresh:
            current = home.current() if fault_of_current(home) is None else None
            if current is not None and _is_same(current, candidate, release):
                home.discard(candidate.folder)
                return BuildResult(run, current.release_id, is_unchanged=True)
        # Here, as what exports: most builds do not come to it.
        from warehouse.api.differing import judged  # noqa: PLC0415

        try:
            release = judged(
                self.project,
                home,
                candidate.folder,
                release,
                accepts=self.request.accepts_changes,
            )
            publish(home, candidate, release)
        except ReleaseError as error:
            return BuildResult(run, error=error)
        try:
            settings = self.project.settings
            rule = (settings.keep, settings.keep_days, settings.grace_seconds)
            retain(home, Retention(*rule))
        except ReleaseError as error:
            self.project.warn(str(error))
        return BuildResult(run, release.release_id)

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
            or (self._is_fresh and self.request.resumes),
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
            values = hook_values(project.manifest, run, project.target.database)
            if run.stopped is None:
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

    def _open(self, path: Path | None, setup: Setup | None = None) -> Engine:
        """Open the target's database; what it refuses becomes an ExecutionError."""
        try:
            return DuckDB.open(path, setup=setup or setup_for(self.project))
        except EngineError as error:
            raise ExecutionError(error.message) from error

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


def _is_repeatable(node: Node) -> bool:
    """Whether a node can be built anew from the project: a history cannot."""
    return node.is_test or node.materialized in REPEATABLE


def _hastened(engine: Engine, candidate: Candidate) -> Engine:
    """Let a candidate that a crash would end anyway be written without flushing."""
    if candidate.is_brief:
        engine.trust_system()
    return engine


def _test_counts(run: RunResult) -> dict[str, int]:
    counts: dict[str, int] = {}
    for result in run.results:
        if result.resource_type in {"test", "unit_test"}:
            counts[result.status.value] = counts.get(result.status.value, 0) + 1
    return counts


def _is_same(current: Release, candidate: Candidate, release: Release) -> bool:
    """Whether the candidate holds what is published already.

    Equal fingerprints everywhere, none of them missing, and the same Parquet bytes.
    """
    states = candidate.states.known()
    return (
        states == current.nodes
        and all(state.fingerprint for state in states.values())
        and [mart.sha256 for mart in current.marts]
        == [mart.sha256 for mart in release.marts]
        and current.versions == release.versions
    )
