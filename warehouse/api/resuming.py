"""What a build may go on with: known before anything is opened."""

from collections.abc import Mapping
from dataclasses import replace

from warehouse.api.repeating import is_made_again, is_repeatable
from warehouse.api.request import Request
from warehouse.api.workspace import Workspace
from warehouse.compiler.compile import Compiler
from warehouse.engine.version import database_of
from warehouse.release.candidate import Wanted, peek_candidate
from warehouse.release.history import fault_of_current
from warehouse.release.home import Home
from warehouse.run.before import Before
from warehouse.run.forecast import Forecaster
from warehouse.run.plan import Plan
from warehouse.run.states import NodeState


def wanted_of(project: Workspace, request: Request) -> Wanted | None:
    """Return which candidates a build goes on with; None: it begins a new one."""
    fresh = is_fresh(project, request)
    if fresh and not request.resumes:
        return None
    return Wanted(
        of_fresh=not _is_partial(request),
        of_current=not fresh,
        brief=are_repeatable(project),
    )


def is_outdone(
    project: Workspace, request: Request, plan: Plan, compiler: Compiler, home: Home
) -> bool:
    """Whether the current release holds more of what is wanted than what was left.

    That is: what would run on it is a part of what would run on that. So it is when an
    edit that failed is taken back. Never of a history or of what hooks have written,
    which cannot be made again, nor of what a build from nothing left, which was not to
    go on from the release.
    """
    wanted = wanted_of(project, request)
    if wanted is None or not wanted.of_current or _is_partial(request):
        return False
    if not are_repeatable(project) or _has_hooks(project):
        return False
    left = peek_candidate(home, replace(wanted, of_fresh=False))
    if left is None or not all(map(is_made_again, left.values())):
        return False
    if fault_of_current(home) is not None:
        return False
    current = home.current()

    def runs(states: Mapping[str, NodeState]) -> set[str]:
        before = Before(states, states)
        found = Forecaster(plan, before, compiler, database_of(project.target)).all()
        return {one.node.unique_id for one in found if not one.is_reused}

    return current is not None and runs(current.nodes) < runs(left)


def is_fresh(project: Workspace, request: Request) -> bool:
    """Whether nothing of the current release is to be taken."""
    return project.options.full_refresh and not _is_partial(request)


def are_repeatable(project: Workspace) -> bool:
    """Whether all nodes can be built anew from the project."""
    return all(map(is_repeatable, project.manifest.nodes.values()))


def _has_hooks(project: Workspace) -> bool:
    nodes = project.manifest.nodes.values()
    return project.has_run_hooks or any(
        node.config.get("pre_hook") or node.config.get("post_hook") for node in nodes
    )


def _is_partial(request: Request) -> bool:
    return request.is_partial or not request.publishes
