"""The candidate that a build goes on with, open, and how."""

from contextlib import suppress
from pathlib import Path

from warehouse.api.external import with_files
from warehouse.api.grounds import check_replaceable, with_ground
from warehouse.api.heritage import Histories
from warehouse.api.opening import setup_for
from warehouse.api.repeating import is_repeatable
from warehouse.api.request import Request
from warehouse.api.workspace import Workspace
from warehouse.engine.duckdb import DuckDB
from warehouse.engine.protocol import Engine, EngineError
from warehouse.engine.setup import Setup, setup_of
from warehouse.errors import ExecutionError
from warehouse.release.candidate import Candidate, open_candidate, resume_candidate
from warehouse.release.history import fault_of_current
from warehouse.release.home import Home


def open_for(
    project: Workspace, request: Request, home: Home
) -> tuple[Candidate, Engine]:
    """Go on with what an earlier build left, or begin with the current release."""
    fresh, candidate = is_fresh(project, request), None
    brief = all(map(is_repeatable, project.manifest.nodes.values()))
    if not fresh or request.resumes:
        candidate = resume_candidate(
            home, of_fresh=not _is_partial(request), of_current=not fresh
        )
    if candidate is not None and (brief or not candidate.is_brief):
        resumed = _resumed(candidate, _setup(project, home, candidate))
        if resumed is not None:
            return candidate, _hastened(resumed, candidate)
    if (fault := fault_of_current(home, is_copied=not fresh)) is not None:
        check_replaceable(project.manifest, fault, is_refreshed=fresh)
        if not fresh:
            project.warn(f"{fault}: building from nothing")
        fresh = True
    # It attaches the release before: open, but it runs none of the project's SQL.
    limits = project.settings.limits
    setup = setup_of(project.target, limits)
    heritage = Histories(project.manifest, setup)
    candidate = open_candidate(home, fresh, heritage, brief=brief)
    engine = opened(candidate.database_path, _setup(project, home, candidate))
    return candidate, _hastened(engine, candidate)


def _resumed(candidate: Candidate, setup: Setup) -> Engine | None:
    """Open what an earlier build left; None when it is damaged.

    A kill may have torn its write-ahead log so early that DuckDB reads nothing from it
    and never removes it; such a database cannot be published.
    """
    log = candidate.database_path.with_suffix(".duckdb.wal")
    with suppress(EngineError):
        engine = DuckDB.open(candidate.database_path, setup=setup)
        try:
            engine.execute("checkpoint")
            if not log.exists():
                return engine
        except EngineError:
            engine.close()
            raise
        engine.close()
    return None


def _setup(project: Workspace, home: Home, candidate: Candidate) -> Setup:
    """Return how to open a candidate: its files, and the release to ask."""
    manifest = project.manifest
    setup = with_files(setup_for(project), manifest, home.candidate_folder)
    return with_ground(setup, manifest, home, candidate)


def opened(path: Path | None, setup: Setup) -> Engine:
    """Open a database; what it refuses becomes an ExecutionError."""
    try:
        return DuckDB.open(path, setup=setup)
    except EngineError as error:
        raise ExecutionError(error.message) from error


def is_fresh(project: Workspace, request: Request) -> bool:
    """Whether nothing of the current release is to be taken."""
    return project.options.full_refresh and not _is_partial(request)


def _is_partial(request: Request) -> bool:
    return request.is_partial or not request.publishes


def _hastened(engine: Engine, candidate: Candidate) -> Engine:
    """Let a candidate that a crash would end anyway be written without flushing."""
    if candidate.is_brief:
        engine.trust_system()
    return engine
