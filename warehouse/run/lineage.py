"""A run as OpenLineage tells it: who read what, and what came of it.

The shapes are those of https://openlineage.io/spec/2-0-2/OpenLineage.json: `RunEvent`,
and the facets beside it. The package openlineage-python would bring six others for
three JSON objects, so we write them ourselves.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from warehouse.errors import ExitCode
from warehouse.manifest.manifest import Manifest
from warehouse.run.results import NodeResult, RunResult, Status

SPEC = "https://openlineage.io/spec"
RUN_EVENT = f"{SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent"
FACETS = {
    "parent": "1-2-0/ParentRunFacet",
    "jobType": "2-0-4/JobTypeJobFacet",
    "errorMessage": "1-0-1/ErrorMessageRunFacet",
    "outputStatistics": "1-0-2/OutputStatisticsOutputDatasetFacet",
    "schema": "1-2-0/SchemaDatasetFacet",
}
PRODUCER = "urn:roundtrip:warehouse"


@dataclass(frozen=True, slots=True)
class Lineage:
    """What the events of one run share.

    `namespace` is the jobs', `datasets` that of the tables: where the database is.
    """

    manifest: Manifest
    run_id: str
    job: str
    namespace: str
    datasets: str

    def begun(self, at: datetime) -> dict[str, Any]:
        """Return the event of the run's begin."""
        return self._run_event("START", at, {})

    def ended(self, run: RunResult) -> Iterator[dict[str, Any]]:
        """Yield two events for each node that ran, then that of the run's end."""
        for result in run.results:
            idle = {Status.SKIPPED, Status.NO_OP}
            if result.status not in idle and not result.is_reused:
                yield from self._node(result)
        failed = [r for r in run.results if r.status.is_failure]
        kind, facets = "COMPLETE", {}
        if not run.ok:
            kind = "FAIL" if run.stopped is None else "ABORT"
            facets = _error(_reason(failed, run.stopped))
        ended = run.started_at + timedelta(seconds=run.seconds)
        yield self._run_event(kind, ended, facets)

    def _run_event(
        self, kind: str, at: datetime, facets: Mapping[str, Any]
    ) -> dict[str, Any]:
        run = {"runId": self.run_id, "facets": dict(facets)}
        return _event(kind, at, run, self._job(self.job, "JOB"))

    def _node(self, result: NodeResult) -> Iterator[dict[str, Any]]:
        parent = {
            "run": {"runId": self.run_id},
            "job": {"namespace": self.namespace, "name": self.job},
        }
        own = str(uuid5(NAMESPACE_URL, f"{self.run_id}/{result.unique_id}"))
        facets = _facet("parent", parent)
        job = self._job(result.unique_id, result.resource_type.upper())
        inputs = list(self._inputs(result.unique_id))
        begun = {"runId": own, "facets": facets}
        yield _event("START", result.started_at, begun, job, inputs=inputs)
        ended = result.started_at + timedelta(seconds=result.seconds)
        kind = "FAIL" if result.status.is_failure else "COMPLETE"
        if result.status.is_failure:
            facets = facets | _error(result.message or result.status.value)
        run = {"runId": own, "facets": facets}
        outputs = [] if kind == "FAIL" else list(self._outputs(result))
        yield _event(kind, ended, run, job, inputs=inputs, outputs=outputs)

    def _job(self, name: str, kind: str) -> dict[str, Any]:
        facet = {"processingType": "BATCH", "integration": "WAREHOUSE", "jobType": kind}
        return {
            "namespace": self.namespace,
            "name": name,
            "facets": _facet("jobType", facet),
        }

    def _inputs(self, unique_id: str) -> Iterator[dict[str, Any]]:
        node = self.manifest.nodes.get(unique_id)
        for key in node.depends_on if node is not None else ():
            upstream = self.manifest.nodes.get(key) or self.manifest.sources.get(key)
            if upstream is not None and upstream.relation is not None:
                yield self._dataset(upstream.relation)

    def _outputs(self, result: NodeResult) -> Iterator[dict[str, Any]]:
        node = self.manifest.nodes[result.unique_id]
        if node.is_test or node.relation is None or node.is_ephemeral:
            return
        dataset = self._dataset(node.relation)
        if node.columns:
            fields = [
                {"name": name, "description": column.description}
                for name, column in node.columns.items()
            ]
            dataset["facets"] = _facet("schema", {"fields": fields})
        if result.rows is not None:
            counted = _facet("outputStatistics", {"rowCount": result.rows})
            dataset["outputFacets"] = counted
        yield dataset

    def _dataset(self, relation: Any) -> dict[str, Any]:
        name = f"{relation.schema or 'main'}.{relation.identifier}"
        return {"namespace": self.datasets, "name": name}


def _reason(failed: list[NodeResult], stopped: ExitCode | None) -> str:
    if stopped is not None:
        return f"stopped: {stopped.name.lower()}"
    names = ", ".join(result.unique_id for result in failed[:5])
    return f"{len(failed)} failed: {names}" + (", …" if len(failed) > 5 else "")


def _error(message: str) -> dict[str, Any]:
    return _facet("errorMessage", {"message": message, "programmingLanguage": "SQL"})


def _facet(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    path = FACETS[name]
    kind = path.rpartition("/")[2]
    url = f"{SPEC}/facets/{path}.json#/$defs/{kind}"
    return {name: {"_producer": PRODUCER, "_schemaURL": url, **values}}


def _event(
    kind: str,
    at: datetime,
    run: Mapping[str, Any],
    job: Mapping[str, Any],
    **datasets: Any,
) -> dict[str, Any]:
    return {
        "eventType": kind,
        "eventTime": at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "producer": PRODUCER,
        "schemaURL": RUN_EVENT,
        "run": run,
        "job": job,
        "inputs": datasets.get("inputs", []),
        "outputs": datasets.get("outputs", []),
    }
