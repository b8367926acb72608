"""`clone`: views of what an earlier run built, where this target has nothing yet."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from time import perf_counter

from warehouse.api.deferral import deferred_relations
from warehouse.api.result import BuildResult
from warehouse.api.workspace import Workspace
from warehouse.compiler.compiled import Compiled
from warehouse.engine.duckdb import DuckDB
from warehouse.engine.protocol import Engine, EngineError
from warehouse.engine.setup import setup_of
from warehouse.errors import ExecutionError, UsageError
from warehouse.jinja.relation import Relation
from warehouse.manifest.nodes import Node
from warehouse.project.files import replace_text
from warehouse.release.runs import RESULTS_FILE
from warehouse.run.artefact import run_results_text
from warehouse.run.describe import describe
from warehouse.run.node_results import begun
from warehouse.run.results import NodeFinished, NodeResult, RunResult, Status

TYPES = ("seed", "model", "snapshot")


def clone(project: Workspace, chosen: Sequence[str]) -> BuildResult:
    """Make a view of each chosen node's relation in the earlier run, as dbt does.

    What exists stays; with --full-refresh it gives way, but never to a view of itself.
    Raises UsageError with a home, or without --state.
    """
    if project.home is not None:
        raise UsageError(
            "clone is for a project without a home",
            hint="a candidate begins as a copy of the current release by itself",
        )
    if project.options.state is None:
        raise UsageError(
            "clone needs an earlier run's manifest", hint="say --state FOLDER"
        )
    started_at, clock = datetime.now(UTC), perf_counter()
    earlier = deferred_relations(project.previous, project.target.database)
    path = project.target.path
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    try:
        engine = DuckDB.open(path, setup=setup_of(project.target))
    except EngineError as error:
        raise ExecutionError(error.message) from error
    try:
        results = tuple(_results(project, engine, chosen, earlier))
    finally:
        engine.close()
    run = RunResult(results, started_at, perf_counter() - clock)
    folder = project.root / project.config.target_path
    request = {"select": list(chosen)}
    text = run_results_text(run, project.invocation, request)
    replace_text(folder / RESULTS_FILE, text)
    return BuildResult(run)


def _results(
    project: Workspace,
    engine: Engine,
    chosen: Sequence[str],
    earlier: Mapping[str, Relation],
) -> Iterator[NodeResult]:
    nodes = [project.manifest.nodes[key] for key in chosen]
    places = [
        (node, node.relation)
        for node in nodes
        if node.relation is not None and not node.is_ephemeral
    ]
    standing = set(engine.relations())
    total = len(places)
    for index, (node, relation) in enumerate(places, start=1):
        result = replace(begun(node), status=Status.SUCCESS)
        clock = perf_counter()
        other = earlier.get(node.unique_id)
        is_free = project.options.full_refresh or relation not in standing
        if other is None:
            project.log("info", f"--state has no relation of {node.unique_id}")
        elif is_free and other != relation:
            try:
                _point(engine, node, relation, other)
            except EngineError as error:
                detail = f"{node.file.path}: {error.message}"
                result = replace(
                    result, status=Status.ERROR, message=error.message, detail=detail
                )
        result = replace(result, seconds=perf_counter() - clock)
        project.on_event(NodeFinished(result, index, total))
        yield result


def _point(engine: Engine, node: Node, relation: Relation, other: Relation) -> None:
    """Put a view of an earlier run's relation where the node is to be."""
    place = relation.database if relation.include_policy.database else None
    engine.create_schemas([relation.schema or "main"], place)
    view = replace(relation, type="view")
    with engine.transaction():
        engine.clear(view, "view")
        engine.create_view(view, f"select * from {other}")
        describe(engine, Compiled(node, "", ()), view, anew=False)
