"""What a build may go on with: known before anything is opened."""

from warehouse.api.repeating import is_repeatable
from warehouse.api.request import Request
from warehouse.api.workspace import Workspace
from warehouse.release.candidate import Wanted


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


def is_fresh(project: Workspace, request: Request) -> bool:
    """Whether nothing of the current release is to be taken."""
    return project.options.full_refresh and not _is_partial(request)


def are_repeatable(project: Workspace) -> bool:
    """Whether all nodes can be built anew from the project."""
    return all(map(is_repeatable, project.manifest.nodes.values()))


def _is_partial(request: Request) -> bool:
    return request.is_partial or not request.publishes
