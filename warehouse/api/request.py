"""What is asked of a build, as values, and as `run_results.json` keeps it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from warehouse.api.workspace import Options, Workspace

TYPES = ("seed", "model", "snapshot", "test", "unit_test", "exposure", "saved_query")


@dataclass(frozen=True, slots=True)
class Request:
    """What to build, and how.

    `types` limits the run to resource types (`seed`, `model`, `test`); `publishes` is
    off for a partial command, which leaves the candidate for the next build. `wait` is
    the time in seconds to wait for another build's lock. `is_narrowed` is set when a
    named selector chooses. A retry names the nodes in place, `only`, and with a home
    `resumes` what is left of a build from nothing. `accepts_changes` opens the
    gates once.
    """

    selected: Sequence[str] = ()
    excluded: Sequence[str] = ()
    types: Sequence[str] = TYPES
    fail_fast: bool = False
    publishes: bool = True
    command: str = "warehouse build"
    wait: float = 0.0
    is_narrowed: bool = False
    only: frozenset[str] | None = None
    resumes: bool = False
    accepts_changes: bool = False

    @property
    def is_partial(self) -> bool:
        """Whether something is left out of the build."""
        is_typed = set(self.types) != set(TYPES)
        return bool(self.selected or self.excluded or is_typed or self.is_narrowed)


def settled(project: Workspace, request: Request) -> Request:
    """Return what is asked of this project: its selectors and options have a say."""
    options = project.options
    is_whole = not (options.empty or options.sample)  # a part of the rows: no readers
    return replace(
        request,
        is_narrowed=project.is_narrowed,
        publishes=request.publishes and is_whole,
    )


def request_arguments(options: Options, request: Request) -> Mapping[str, Any]:
    """Return the request in dbt's words, as JSON: what `retry` reads."""
    return {
        "select": list(request.selected),
        "exclude": list(request.excluded),
        "resource_types": list(request.types),
        "fail_fast": request.fail_fast,
        "publishes": request.publishes,
        "selector": options.selector,
        "indirect_selection": options.indirect_selection,
        "state": _text(options.state),
        "defer": options.defer,
        "defer_state": _text(options.defer_state),
        "favor_state": options.favor_state,
        "empty": options.empty,
        "sample": options.sample,
    }


def _text(path: object) -> str | None:
    return None if path is None else str(path)
