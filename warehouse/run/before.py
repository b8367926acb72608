"""What is known of the builds before this one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from warehouse.run.states import NodeState


class EarlierRun(Protocol):
    """What a run has kept of its nodes, each by id."""

    @property
    def nodes(self) -> Mapping[str, Mapping[str, Any]]:
        """Each node's part of the run's manifest."""

    @property
    def sql(self) -> Mapping[str, str]:
        """What each node compiled to that was part of the run."""

    @property
    def statuses(self) -> Mapping[str, str]:
        """How each of these ended."""


@dataclass(frozen=True, slots=True)
class Before:
    """The ground that the next build goes on from, and how it came to be.

    `states` are those of its nodes, `published` those of the current release.
    `find_run` finds one by its id, if it is kept; `newest` is the last one of all.
    `always` says why everything runs, whatever stands there.
    """

    states: Mapping[str, NodeState] = field(default_factory=dict)
    published: Mapping[str, NodeState] = field(default_factory=dict)
    release_id: str | None = None
    find_run: Callable[[str], EarlierRun | None] = lambda _: None
    newest: EarlierRun | None = None
    always: str | None = None

    def maker(self, unique_id: str) -> EarlierRun | None:
        """Return a run that knows what a node was made from, as it stands.

        That which built it; or that of the current release, where it stands alike.
        """
        state = self.states.get(unique_id)
        if state is None:
            return None
        found = self.find_run(state.run) if state.run else None
        if found is None and state == self.published.get(unique_id):
            found = self.find_run(self.release_id) if self.release_id else None
        return found

    def is_newer(self, upstream: str, reader: str) -> bool:
        """Whether a node was built by a later run than one that reads it."""
        above, own = self.states.get(upstream), self.states.get(reader)
        if above is None or own is None or above.run is None or own.run is None:
            return False
        return above.run > own.run

    def status(self, unique_id: str) -> str | None:
        """Return how the newest run ended a node; None if it was no part of it."""
        return None if self.newest is None else self.newest.statuses.get(unique_id)
