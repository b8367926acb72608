"""One node's result: as it begins, as a test is judged, as an earlier run had it."""

import threading
from dataclasses import replace
from datetime import UTC, datetime

from warehouse.errors import Location
from warehouse.manifest.nodes import Node
from warehouse.run.data_tests import Verdict, told
from warehouse.run.results import NodeResult, Status
from warehouse.run.states import NodeState


def begun(node: Node) -> NodeResult:
    """Return the result of a node that has not ended: an error, until it does."""
    return NodeResult(
        unique_id=node.unique_id,
        resource_type=node.resource_type,
        name=node.search_name,
        status=Status.ERROR,
        started_at=datetime.now(UTC),
        seconds=0.0,
        materialized=node.materialized,
        relation_name=str(node.relation) if node.relation else None,
        thread=threading.current_thread().name,
    )


def idle(node: Node) -> NodeResult:
    """Return the result of what YAML alone declares: there is nothing to run."""
    return replace(begun(node), status=Status.NO_OP, failures=0)


def skipped(node: Node, reason: str) -> NodeResult:
    """Return the result of a node that did not run."""
    found = replace(begun(node), status=Status.SKIPPED, message=reason)
    return replace(found, thread="main")


def judged(result: NodeResult, node: Node, verdict: Verdict) -> NodeResult:
    """Return a test's result, with its verdict in words."""
    return replace(
        result,
        status=verdict.status,
        failures=verdict.failures,
        message=verdict.message,
        detail=_detail(node, verdict),
    )


def remembered(node: Node, state: NodeState, sql: str) -> NodeResult:
    """Return the result of a node that stands as it should: what it was when it ran."""
    result = replace(begun(node), is_reused=True, compiled_code=sql or None)
    if node.resource_type != "test":
        return replace(result, status=Status.SUCCESS, rows=state.rows)
    # One that failed has no fingerprint, and is not remembered.
    status = Status(state.status or Status.PASS)
    return judged(result, node, told(node, status, state.failures or 0))


def _detail(node: Node, verdict: Verdict) -> str | None:
    if verdict.message is None:
        return None
    place = node.properties or Location(node.file.path)
    rows = "".join(f"\n  | {line}" for line in (verdict.sample or "").splitlines())
    return f"{place}: {verdict.message}{rows}"
