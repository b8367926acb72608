"""What is known of the nodes that already stand in a database: the ground for reuse."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class NodeState:
    """How a node was last built.

    `fingerprint` is None for what must run every time. `status` and `failures` are
    those of a test that did not fail. Of an incremental model, `before` is the
    fingerprint of what its last run went on from ("" for nothing), `inputs` that of its
    query and what this reads, `code` that of its file. `run` is the id of the run that
    built it, which says nothing of what it is.
    """

    resource_type: str
    materialized: str
    fingerprint: str | None = None
    relation_name: str | None = None
    rows: int | None = None
    status: str | None = None
    failures: int | None = None
    before: str | None = None
    inputs: str | None = None
    code: str | None = None
    run: str | None = field(default=None, compare=False)


class NodeStates(Protocol):
    """The states of one database's nodes, by id; written as the run goes on.

    `forget` comes before a node is touched and `record` after its commit, so that a
    kill in between can only cause work, never wrong reuse.
    """

    def get(self, unique_id: str) -> NodeState | None:
        """Return a node's state, or None when it must be built."""

    def forget(self, unique_id: str) -> None:
        """Drop a node's state before its relation changes."""

    def doubt(self, unique_id: str) -> None:
        """Take the fingerprint from a node's state, before its history changes."""

    def record(self, unique_id: str, state: NodeState) -> None:
        """Keep a node's state after its relation is committed."""

    def known(self) -> Mapping[str, NodeState]:
        """Return all states by id."""


class NoStates:
    """No memory: every node runs every time, as in dbt."""

    def get(self, _: str) -> NodeState | None:
        """Return nothing."""
        return None

    def forget(self, _: str) -> None:
        """Forget nothing."""

    def doubt(self, _: str) -> None:
        """Doubt nothing."""

    def record(self, _: str, __: NodeState) -> None:
        """Keep nothing."""

    def known(self) -> Mapping[str, NodeState]:
        """Return no states."""
        return {}
