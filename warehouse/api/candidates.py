"""The candidate that a build goes on with, open, and how."""

from contextlib import suppress
from pathlib import Path

from warehouse.api.external import with_files
from warehouse.api.grounds import check_replaceable, with_ground
from warehouse.api.heritage import Histories
from warehouse.api.opening import setup_for
from warehouse.api.request import Request
from warehouse.api.resuming import are_repeatable, is_fresh, wanted_of
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
    fresh, wanted = is_fresh(project, request), wanted_of(project, request)
    candidate = None if wanted is None else resume_candidate(home, wanted)
    if candidate is not None:
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
    brief = are_repeatable(project)
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


def _hastened(engine: Engine, candidate: Candidate) -> Engine:
    """Let a candidate that a crash would end anyway be written without flushing."""
    if candidate.is_brief:
        engine.trust_system()
    return engine
