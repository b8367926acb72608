"""What a build would do, without doing it: for `why` and `build --dry-run`."""

from collections.abc import Sequence

from warehouse.api.request import Request
from warehouse.api.standing import standing
from warehouse.api.workspace import Workspace
from warehouse.engine.version import database_of
from warehouse.release.candidate import peek_candidate
from warehouse.release.history import fault_of_current
from warehouse.release.home import Home
from warehouse.release.record import Release
from warehouse.release.runs import record_of, runs_since
from warehouse.run.forecast import Before, Forecast, Forecaster

IN_PLACE = "without a home every build runs everything"
DAMAGED = "the current release is damaged: all is built from nothing"
REFRESHED = "--full-refresh builds everything anew"


def forecast(
    project: Workspace, chosen: Sequence[str], request: Request
) -> list[Forecast]:
    """Return what would become of the chosen nodes, in build order.

    Nothing is written, and no database is opened. Raises what stops a build before
    anything runs.
    """
    plan, compiler = project.plan(chosen, builds=True)
    home = project.home
    if home is None:
        before = Before(always=IN_PLACE)
    elif project.options.full_refresh:
        before = Before(always=REFRESHED)
    else:
        stands = standing(project, request, plan, compiler, home)
        before = _before(home, None if stands is None else stands[0])
    database = database_of(project.target)
    return list(Forecaster(plan, before, compiler, database).all())


def _before(home: Home, stands: Release | None) -> Before:
    """Read what the next build goes on from: a candidate, or the current release.

    `stands` is that release where it is all that a build would make.
    """
    left = None if stands is not None else peek_candidate(home)
    is_damaged = fault_of_current(home) is not None
    if is_damaged and left is None:
        return Before(always=DAMAGED)
    current = None if is_damaged else home.current()
    if current is None:
        return Before(left or {}, later=runs_since(home, None))
    name, published = current.release_id, current.nodes
    states = published if left is None else left
    return Before(states, published, record_of(home, name), runs_since(home, name))
