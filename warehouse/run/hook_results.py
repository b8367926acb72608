"""`results`, `schemas` and `database_schemas`: what on-run-end hooks know of a run."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any

from warehouse.manifest.artefact import manifest_node
from warehouse.manifest.manifest import Manifest
from warehouse.run.artefact import result_dict
from warehouse.run.results import NodeResult, RunResult

RELATIONAL = ("model", "seed", "snapshot")


class _Described(dict[str, Any]):
    """A mapping whose values templates reach by name, as those of dbt's objects."""

    def to_dict(self, omit_none: bool = False) -> dict[str, Any]:
        """Return it as a mapping, without what is None if `omit_none`."""
        return {k: v for k, v in self.items() if not omit_none or v is not None}


class _Result(SimpleNamespace):
    """How a node ended, as dbt's own object of this kind."""

    def to_dict(self, omit_none: bool = False) -> dict[str, Any]:
        """Return it as a mapping, without what is None if `omit_none`."""
        found = _Described(vars(self), agate_table=None)
        del found["unique_id"]
        return found.to_dict(omit_none)


class _Timing(SimpleNamespace):
    """How long a part took: with times in UTC as dbt's own, which have no zone."""

    def __init__(self, timing: dict[str, str]) -> None:
        self._said = timing
        times = {key: timing[key] for key in ("started_at", "completed_at")}
        super().__init__(
            name=timing["name"],
            **{
                key: datetime.fromisoformat(time).replace(tzinfo=None)
                for key, time in times.items()
            },
        )

    def to_dict(self, omit_none: bool = False) -> dict[str, Any]:
        """Return it as a mapping, with times as texts."""
        del omit_none
        return dict(self._said)


def hook_values(manifest: Manifest, run: RunResult, database: str) -> dict[str, Any]:
    """Return the names of `on-run-end`: how each node ended, and where they are.

    `database` is that of relations that name none.
    """
    places = set()
    for result in run.results:
        node = manifest.nodes[result.unique_id]
        is_there = not result.status.is_failure and result.status.value != "skipped"
        is_relation = node.resource_type in RELATIONAL and not node.is_ephemeral
        if is_there and is_relation and node.relation is not None:
            places.add((node.relation.database or database, node.relation.schema))
    return {
        "results": [_result(manifest, result) for result in run.results],
        "schemas": sorted({schema for _, schema in places}),
        "database_schemas": sorted(places),
    }


def _result(manifest: Manifest, result: NodeResult) -> _Result:
    shown = result_dict(result)
    shown["timing"] = [_Timing(timing) for timing in shown["timing"]]
    node = _Described(manifest_node(manifest.nodes[result.unique_id]))
    if result.compiled_code is not None:
        node |= {"compiled": True, "compiled_code": result.compiled_code}
    kept = (
        "unique_id", "status", "timing", "thread_id", "execution_time",
        "adapter_response", "message", "failures", "batch_results",
    )  # fmt: skip
    return _Result(node=node, **{key: shown[key] for key in kept})
