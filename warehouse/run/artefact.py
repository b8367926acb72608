"""`run_results.json`, in dbt's schema."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from warehouse.jinja.invocation import Invocation
from warehouse.manifest.artefact import metadata
from warehouse.run.results import NodeResult, RunResult, Status

SCHEMA = "https://schemas.getdbt.com/dbt/run-results/v6.json"
_encode = json.JSONEncoder(default=str).encode


def run_results_text(
    run: RunResult, invocation: Invocation, request: Mapping[str, Any]
) -> Iterator[str]:
    """Yield the run as the pieces of dbt's `run_results.json`.

    `request` is what was selected and how, by which `retry` can ask for it again.
    """
    before = [o for o in run.operations if "-on-run-start-" in o.name]
    after = [o for o in run.operations if o not in before]
    head = {
        "metadata": metadata(SCHEMA, invocation),
        "elapsed_time": run.seconds,
        "args": {**invocation.arguments(), **request},
    }
    yield f'{_encode(head)[:-1]}, "results": ['
    comma = ""
    for result in (*before, *run.results, *after):
        yield comma + _encode(result_dict(result))
        comma = ", "
    yield "]}"


def result_dict(result: NodeResult) -> dict[str, Any]:
    """Return how a node ended as its part of the artefact has it."""
    begun = _time(result.started_at)
    ended = begun
    if result.seconds:
        ended = _time(result.started_at + timedelta(seconds=result.seconds))
    response: dict[str, Any] = {"_message": "REUSED" if result.is_reused else "OK"}
    if result.rows is not None:
        response["rows_affected"] = result.rows
    if result.peak_memory is not None:
        response["peak_memory_bytes"] = result.peak_memory
        response["spilled_bytes"] = result.spilled
    if result.attempts > 1:
        response["attempts"] = result.attempts
    return {
        "unique_id": result.unique_id,
        "status": result.status.value,
        "timing": [
            {
                "name": "compile",
                "started_at": begun,
                "completed_at": begun,
            },
            {
                "name": "execute",
                "started_at": begun,
                "completed_at": ended,
            },
        ],
        "thread_id": result.thread,
        "execution_time": result.seconds,
        "adapter_response": response,
        "message": result.detail or result.message or _message(result),
        "failures": result.failures,
        "compiled": result.compiled_code is not None,
        "compiled_code": result.compiled_code,
        "relation_name": result.relation_name,
        "batch_results": None,
    }


def _message(result: NodeResult) -> str | None:
    """Return dbt's words for what went well."""
    if result.status is Status.NO_OP:
        return "NO-OP"
    if result.status is not Status.SUCCESS or result.resource_type == "unit_test":
        return None
    return f"INSERT {result.rows}" if result.resource_type == "seed" else "OK"


def _time(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
