"""What a build would do, without doing it: for `why` and `build --dry-run`."""

from collections.abc import Mapping, Sequence
from functools import cache, partial

from warehouse.api.grounds import check_replaceable
from warehouse.api.request import Request, settled
from warehouse.api.resuming import is_outdone, wanted_of
from warehouse.api.standing import standing
from warehouse.api.workspace import Workspace
from warehouse.engine.version import database_of
from warehouse.release.candidate import peek_candidate
from warehouse.release.history import fault_of_current
from warehouse.release.home import Home
from warehouse.release.record import Release
from warehouse.release.run_record import RunRecord
from warehouse.release.runs import last_run
from warehouse.run.before import Before
from warehouse.run.forecast import Forecast, Forecaster
from warehouse.run.states import NodeState

IN_PLACE = "without a home every build runs everything"
DAMAGED = "the current release is damaged: all is built from nothing"
REFRESHED = "--full-refresh runs everything"


def forecast(
    project: Workspace, chosen: Sequence[str], request: Request
) -> list[Forecast]:
    """Return what would become of the chosen nodes, in build order.

    Nothing is written, and no database is opened: that a byte of the current one has
    changed, only a build sees. Raises what stops a build before anything runs.
    """
    request = settled(project, request)
    plan, compiler = project.plan(chosen, builds=True)
    home = project.home
    if home is None:
        before = Before(always=IN_PLACE)
    elif project.options.full_refresh:
        before = Before(always=REFRESHED)
    else:
        asked = project, request, plan, compiler, home
        if standing(*asked) is not None or is_outdone(*asked):
            before = _ground(home, home.current())
        else:
            before = _going_on(project, request, home)
    database = database_of(project.target)
    return list(Forecaster(plan, before, compiler, database).all())


def _going_on(project: Workspace, request: Request, home: Home) -> Before:
    """Return what the build goes on from: what another left, or the current release.

    Raises ReleaseError where that is damaged and cannot be built anew.
    """
    wanted = wanted_of(project, request)
    left = peek_candidate(home, wanted) if wanted is not None else None
    fault = fault_of_current(home)
    if left is None and fault is not None:
        check_replaceable(project.manifest, fault, is_refreshed=False)
        return Before(always=DAMAGED)
    return _ground(home, None if fault is not None else home.current(), left)


def _ground(
    home: Home, current: Release | None, left: Mapping[str, NodeState] | None = None
) -> Before:
    """Return the current release as the ground, or what a build on it has left."""
    newest = last_run(home)
    published = {} if current is None else current.nodes
    return Before(
        states=published if left is None else left,
        published=published,
        release_id=None if current is None else current.release_id,
        find_run=cache(partial(RunRecord.of, home)),
        newest=None if newest is None else RunRecord(newest),
    )
