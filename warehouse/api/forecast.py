"""What a build would do, without doing it: for `why` and `build --dry-run`."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from warehouse.api.workspace import Workspace
from warehouse.engine.version import database_of
from warehouse.errors import ReleaseError
from warehouse.project.files import read_text
from warehouse.release.candidate import peek_candidate
from warehouse.release.home import Home
from warehouse.run.forecast import Before, Forecast, Forecaster


def forecast(project: Workspace, chosen: Sequence[str]) -> list[Forecast]:
    """Return what would become of the chosen nodes, in build order.

    Nothing is written, and no database is opened. Raises what stops a build before
    anything runs.
    """
    plan, compiler = project.plan(chosen, builds=True)
    before = Before() if project.home is None else _before(project.home)
    if project.options.full_refresh:
        before = Before()
    database = database_of(project.target)
    return list(Forecaster(plan, before, compiler, database).all())


def _before(home: Home) -> Before:
    """Read what the next build goes on from: a candidate, or the current release."""
    states = peek_candidate(home)
    release_id = home.current_id()
    if states is None and release_id is not None:
        with suppress(ReleaseError):  # damaged: all is built from nothing
            states = home.release(release_id).nodes
    run = home.runs_folder / (release_id or "")
    manifest = _read(run / "manifest.json") if release_id else {}
    results = _read(run / "run_results.json") if release_id else {}
    sql = {r["unique_id"]: r.get("compiled_code") for r in results.get("results", ())}
    return Before(states or {}, manifest.get("nodes", {}), sql)


def _read(path: Any) -> Mapping[str, Any]:
    """Return an artefact; nothing when it is gone: runs are kept for a while only."""
    try:
        found: Mapping[str, Any] = json.loads(read_text(path)) if path.exists() else {}
    except ValueError:
        return {}
    return found
