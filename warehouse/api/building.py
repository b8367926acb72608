"""What is to be built: in place, or as a candidate that becomes a release."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace

from warehouse.api.artefacts import artefacts, results_text
from warehouse.api.candidates import open_for, opened
from warehouse.api.exporting import export_marts
from warehouse.api.external import export_files
from warehouse.api.grounds import ground_of
from warehouse.api.opening import setup_for
from warehouse.api.publishing import Built, publish_built
from warehouse.api.repeating import would_reuse_all
from warehouse.api.request import Request
from warehouse.api.result import BuildResult
from warehouse.api.resuming import is_fresh
from warehouse.api.telling import Sender
from warehouse.api.workspace import Workspace
from warehouse.compiler.compile import Compiler
from warehouse.engine.protocol import Engine, EngineError
from warehouse.engine.version import database_of
from warehouse.errors import ExecutionError, ReleaseError
from warehouse.project.files import Text
from warehouse.release.home import Home
from warehouse.release.record import MartFile, Release
from warehouse.release.runs import RESULTS_FILE
from warehouse.run.execute import Executor
from warehouse.run.hook_results import hook_values
from warehouse.run.operations import Operations
from warehouse.run.plan import Plan, unrun
from warehouse.run.results import RunResult
from warehouse.run.runner import RunOptions, run_plan
from warehouse.run.states import NodeStates, NoStates
from warehouse.run.steps import Ground


@dataclass(frozen=True, slots=True)
class Building:
    """A build that runs; `keep` writes its artefacts, texts by file name."""

    project: Workspace
    request: Request
    plan: Plan
    compiler: Compiler
    keep: Callable[[Mapping[str, Text]], None]

    def in_place(self) -> BuildResult:
        """Build into the profile's database file, every node every time."""
        path = self.project.target.path
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        with self._opened(opened(path, setup_for(self.project))) as engine:
            begun = unrun(self.project.manifest, self.plan.order)
            self.keep({RESULTS_FILE: results_text(self.project, self.request, begun)})
            return BuildResult(self._run(engine, self._executor(engine, NoStates())))

    def released(self, home: Home, release: Release) -> BuildResult:
        """Build in the candidate; publish it when nothing failed."""
        candidate, engine = open_for(self.project, self.request, home)
        candidate.states.run = release.release_id
        error: ReleaseError | None = None
        marts: tuple[MartFile, ...] = ()
        with closing(candidate.states), self._opened(engine):
            ground = ground_of(self.project.manifest, home, candidate)
            executor = self._executor(engine, candidate.states, ground)
            run = self._run(engine, executor)
            stale: list[str] = []
            if run.ok and self.request.publishes and self.request.is_partial:
                stale = executor.contents.stale(engine, self.plan, run)
            publishes = run.ok and self.request.publishes and not stale
            if publishes:  # by now the project's own hooks have run too
                executor.leftovers.drop_schemas(engine, self.project.target.schema)
                try:
                    marts = export_marts(
                        self.project, engine, candidate, release, self.plan.compiled
                    )
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
            database=database_of(self.project.target),
            strict=self.project.settings.strict,
            reuses=not self.project.options.full_refresh
            or (is_fresh(self.project, self.request) and self.request.resumes),
            ground=ground,
        )

    def _run(self, engine: Engine, executor: Executor) -> RunResult:
        """Run the plan; keep its results."""
        project, ended = self.project, None
        sender = Sender.of(project)
        sender.begun()
        operations = Operations(self.compiler, project.packages, engine)
        try:
            run = ended = self._run_plan(executor, operations)
            if run.stopped is None and any(
                package.config.hooks.get("on-run-end") for package in project.packages
            ):
                database = project.target.database
                values = hook_values(project.manifest, run, database)
                operations.run("on-run-end", values)
        finally:  # a hook that fails leaves its result, and those before it
            run = ended or unrun(project.manifest, self.plan.order)
            run = replace(run, operations=tuple(operations.results))
            self.keep(artefacts(project, self.request, run))
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


def _test_counts(run: RunResult) -> dict[str, int]:
    counts: dict[str, int] = {}
    for result in run.results:
        if result.resource_type in {"test", "unit_test"}:
            counts[result.status.value] = counts.get(result.status.value, 0) + 1
    return counts
