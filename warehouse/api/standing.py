"""A build that would only reuse what is published, known before a database is open."""

import os

from warehouse.api.marts import marts_of
from warehouse.api.repeating import is_made_again
from warehouse.api.request import Request
from warehouse.api.workspace import Workspace
from warehouse.compiler.compile import Compiler
from warehouse.engine.version import database_of
from warehouse.release.candidate import peek_candidate
from warehouse.release.history import fault_of_current
from warehouse.release.home import Home
from warehouse.release.provenance import versions
from warehouse.release.record import Release
from warehouse.run.before import Before
from warehouse.run.forecast import Forecaster
from warehouse.run.node_results import idle, remembered
from warehouse.run.plan import Plan
from warehouse.run.results import NodeResult


def standing(
    project: Workspace, request: Request, plan: Plan, compiler: Compiler, home: Home
) -> tuple[Release, list[NodeResult]] | None:
    """Return the current release and what each node of the plan is in it.

    None when a build would do more than look: build or describe a node, test again,
    drop what is gone, write a mart in another way. What a failed build left does not
    count, unless it holds a history: it was on its way to what is not wanted any more.
    """
    if (
        request.is_partial
        or not request.publishes
        or project.options.full_refresh
        or project.has_run_hooks
        or os.path.lexists(home.intent_file)
        or not all(map(is_made_again, (peek_candidate(home) or {}).values()))
        or fault_of_current(home) is not None
    ):
        return None
    release = home.current()
    if release is None or release.versions != versions():
        return None
    nodes = project.manifest.nodes
    built = {name for name in plan.order if nodes[name].declared is None}
    if release.nodes.keys() != built or not _same_marts(project, release):
        return None
    database = database_of(project.target)
    before = Before(release.nodes, release.nodes)
    forecasts = Forecaster(plan, before, compiler, database).all()
    if not all(found.is_reused and not found.is_described for found in forecasts):
        return None
    results = []
    for node in map(nodes.__getitem__, plan.order):
        if node.declared is not None:
            results.append(idle(node))
            continue
        state, compiled = release.nodes[node.unique_id], plan.compiled[node.unique_id]
        results.append(remembered(node, state, compiled.sql))
    return release, results


def _same_marts(project: Workspace, release: Release) -> bool:
    """Whether the same marts leave in the same way."""
    wanted = [(m.name, m.key, m.partition_by) for _, m in marts_of(project)]
    return wanted == [(m.name, m.key, m.partition_by) for m in release.marts]
