"""Before anything runs: what is selected compiles, and in which order it goes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from warehouse.compiler.compile import Compiler
from warehouse.compiler.compiled import Compiled
from warehouse.errors import CompileError, Location, WarehouseError, nearest
from warehouse.jinja.adapter import Database
from warehouse.jinja.faults import DatabaseNeeded
from warehouse.manifest.graph import Graph
from warehouse.manifest.manifest import Manifest
from warehouse.manifest.nodes import Node
from warehouse.manifest.problems import Problems
from warehouse.run.bad_rows import policy_of
from warehouse.run.contracts import check_contract, check_has_columns
from warehouse.run.materializations.location import check_locations, external_models
from warehouse.run.materializations.microbatch_config import (
    check_microbatch,
    is_batched,
    window,
)
from warehouse.run.materializations.registry import check_materialization
from warehouse.run.node_results import skipped
from warehouse.run.results import RunResult


@dataclass(frozen=True, slots=True)
class Plan:
    """The nodes to run with what each waits for.

    `compiled` lacks the nodes whose templates ask the database: they compile when
    they run. `faults` are those of nodes that fail when their turn comes.
    """

    order: tuple[str, ...]
    waits_for: Mapping[str, frozenset[str]]
    compiled: Mapping[str, Compiled]
    faults: Mapping[str, WarehouseError] = field(default_factory=dict)


def make_plan(
    manifest: Manifest,
    compiler: Compiler,
    selected: Iterable[str],
    problems: Problems,
    *,
    defers: bool = False,
) -> Plan:
    """Compile the selected nodes and order them, tests before what is downstream.

    Raises every error found, together; nothing has touched a database by then. Where it
    `defers`, a node that does not compile fails when its turn comes: what does not
    depend on it is built, as by dbt. An ephemeral model has no turn: its fault stops
    all, unless a node that reads it fails for the same.
    """
    chosen = [key for key in selected if key in manifest.nodes]
    compiled: dict[str, Compiled] = {}
    faults: dict[str, WarehouseError] = {}
    idle: list[WarehouseError] = []
    wanted = {*chosen, *_ephemeral(manifest, chosen)}
    for unique_id in manifest.order:
        if unique_id not in wanted or not manifest.nodes[unique_id].is_compiled:
            continue  # a unit test asks the database for its columns
        node = manifest.nodes[unique_id]
        found, errors = _compiled(compiler, node, problems)
        if found is not None:
            compiled[unique_id] = found
        elif errors and defers and is_run(node):
            faults[unique_id] = errors[0]
        else:
            idle += errors
    told = {str(fault) for fault in faults.values()}
    problems.errors += [fault for fault in idle if str(fault) not in told]
    with problems.collect():
        check_locations(compiler, external_models(manifest))
    problems.raise_errors()
    runs = [k for k in chosen if is_run(manifest.nodes[k])]
    graph = _with_test_edges(manifest, runs)
    running = set(runs)
    order = tuple(name for name in graph.order() if name in running)
    # Seen through: ephemeral nodes, and what is not chosen.
    met = running.__contains__
    waits_for = {name: frozenset(graph.nearest(name, met)) for name in runs}
    return Plan(order, waits_for, compiled, faults)


def _compiled(
    compiler: Compiler, node: Node, problems: Problems
) -> tuple[Compiled | None, list[WarehouseError]]:
    """Compile a node without a database: as it was before, or anew.

    Returns nothing for one that asks the database, or the errors that are its own.
    """
    known = compiler.recall(node)
    if known is not None:
        return known, []
    with problems.collect():
        _check_read(compiler, node)
    own = Problems(problems.warn, strict=problems.strict)
    with own.collect(), compiler.reading.alone() as reading:
        try:
            found = compile_checked(compiler, node, no_database, own)
        except DatabaseNeeded:
            return None, []
        if not own.errors:
            if is_batched(compiler.templates.library, node):
                return found, []  # what it may be looks at other nodes
            return compiler.remember(found, reading), []  # if nobody was warned
    return None, own.errors


def _check_read(compiler: Compiler, node: Node) -> None:
    """Refuse what stops all in dbt, which refuses it when it reads the project."""
    check_has_columns(node)
    if is_batched(compiler.templates.library, node):
        window(node)


def compile_checked(
    compiler: Compiler,
    node: Node,
    database: Callable[[], Database],
    problems: Problems,
    is_incremental: bool | None = None,
) -> Compiled:
    """Compile a node whose configuration can be built.

    Raises CompileError, or adds what is wrong to the problems.
    """
    check_materialization(compiler.templates.library, node)
    if is_batched(compiler.templates.library, node):
        check_microbatch(compiler.manifest, node, problems)
    compiled = compiler.compile(node, database, is_incremental=is_incremental)
    check(compiler, compiled, problems)
    return compiled


def check(compiler: Compiler, compiled: Compiled, problems: Problems) -> None:
    """Report undeclared reads, and properties of columns that the SQL does not give."""
    for read in compiled.undeclared:
        problems.doubt(compiler.undeclared_error(compiled, read))
    check_contract(compiled.node, problems)
    if compiled.columns is None or compiled.node.is_contracted:
        return  # a contract is compared when the node runs, with its types
    names = {name.lower() for name in compiled.columns}
    node = compiled.node
    described = {"properties": node.columns}
    if node.seed is not None:
        policy_of(node)
        described["column_types"] = node.config.get("column_types") or {}
    for what, columns in described.items():
        for column in columns:
            if column.lower() not in names:
                problems.doubt(
                    CompileError(
                        f'{what} of a column "{column}" that {node.name} does not have',
                        location=node.properties or Location(node.file.path),
                        hint=nearest(column, compiled.columns),
                    )
                )


def no_database() -> Database:
    """Stand for the database while none is open."""
    raise DatabaseNeeded


def unrun(manifest: Manifest, chosen: Iterable[str]) -> RunResult:
    """Return a run of these nodes as it stands before anything has begun."""
    nodes = filter(None, map(manifest.nodes.get, chosen))
    reason = "the run ended without a word"
    results = tuple(skipped(node, reason) for node in nodes if is_run(node))
    return RunResult(results, datetime.now(UTC), 0.0)


def is_run(node: Node) -> bool:
    """Whether a node is something to run: not ephemeral, not an analysis."""
    is_idle = node.resource_type in {"analysis", "metric", "semantic_model"}
    return not node.is_ephemeral and not is_idle


def _ephemeral(manifest: Manifest, chosen: Iterable[str]) -> set[str]:
    above = manifest.graph.ancestors(chosen)
    return {k for k in above if k in manifest.nodes and manifest.nodes[k].is_ephemeral}


def _with_test_edges(manifest: Manifest, runs: Iterable[str]) -> Graph:
    """Return the graph in which a node also waits for the tests of its upstream.

    A test holds back what is downstream of all that it reads: the first of them, since
    the others wait for those.
    """
    nodes = [manifest.nodes[unique_id] for unique_id in runs]
    upstream = {k: set(needs) for k, needs in manifest.graph.upstream.items()}
    for node in nodes:
        if node.unit is not None:  # before its model, after what the model reads
            model = node.depends_on[0]
            upstream[node.unique_id] = set(manifest.graph.upstream[model])
            upstream[model].add(node.unique_id)
    before = Graph(upstream)
    for node in nodes:
        if node.resource_type == "test" and node.depends_on:
            for user in _first_behind(manifest, before, node.depends_on):
                upstream[user].add(node.unique_id)
    return Graph(upstream)


def _first_behind(manifest: Manifest, graph: Graph, needs: Sequence[str]) -> set[str]:
    """Return what is downstream of all these and of nothing else that is.

    No tests; and no exposures and the like, which no test holds back in dbt either.
    """

    def users(names: Iterable[str]) -> set[str]:
        found = (manifest.nodes.get(name) for name in names)
        return {
            node.unique_id
            for node in found
            if node and node.resource_type != "test" and node.declared is None
        }

    if len(needs) == 1:
        return users(graph.downstream[needs[0]])
    behind = users(set.intersection(*(graph.descendants([need]) for need in needs)))
    return {user for user in behind if not graph.upstream[user] & behind}
