"""One node's result: as it begins, as a test is judged, as an earlier run had it."""

import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from warehouse.errors import Location
from warehouse.manifest.nodes import Node
from warehouse.run.data_tests import Verdict, told
from warehouse.run.results import NodeResult, Status
from warehouse.run.states import NodeState


def begun(node: Node) -> NodeResult:
    """Return the result of a node that has not ended: an error, until it does."""
    return _result(node, Status.ERROR, thread=threading.current_thread().name)


def _result(node: Node, status: Status, **known: Any) -> NodeResult:
    return NodeResult(
        unique_id=node.unique_id,
        resource_type=node.resource_type,
        name=node.search_name,
        status=status,
        started_at=datetime.now(UTC),
        seconds=0.0,
        materialized=node.materialized,
        relation_name=None if node.relation is None else str(node.relation),
        **known,
    )


def idle(node: Node) -> NodeResult:
    """Return the result of what YAML alone declares: there is nothing to run."""
    return _result(node, Status.NO_OP, failures=0)


def skipped(node: Node, reason: str) -> NodeResult:
    """Return the result of a node that did not run."""
    return _result(node, Status.SKIPPED, message=reason)


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
    known: dict[str, Any] = {"is_reused": True, "compiled_code": sql or None}
    if node.resource_type != "test":
        return _result(node, Status.SUCCESS, rows=state.rows, **known)
    # One that failed has no fingerprint, and is not remembered.
    status = Status(state.status or Status.PASS)
    verdict = told(node, status, state.failures or 0)
    detail = _detail(node, verdict)
    known |= {"failures": verdict.failures, "message": verdict.message}
    return _result(node, status, detail=detail, **known)


def _detail(node: Node, verdict: Verdict) -> str | None:
    if verdict.message is None:
        return None
    place = node.properties or Location(node.file.path)
    rows = "".join(f"\n  | {line}" for line in (verdict.sample or "").splitlines())
    return f"{place}: {verdict.message}{rows}"
