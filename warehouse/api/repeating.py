"""Whether a build of the same could be answered without reading the project."""

from collections.abc import Mapping

from warehouse.api.request import Request
from warehouse.api.workspace import Workspace
from warehouse.manifest.nodes import Node
from warehouse.run.plan import Plan
from warehouse.run.results import RunResult, Status
from warehouse.run.states import NodeState

States = Mapping[str, NodeState]
# What holds nothing but what a build puts there; "" is what is never built.
REPEATABLE = frozenset({"seed", "table", "view", "ephemeral", "table_function", ""})


def is_repeatable(node: Node) -> bool:
    """Whether a node can be built anew from the project: a history cannot."""
    return node.is_test or node.materialized in REPEATABLE


def is_made_again(state: NodeState) -> bool:
    """Whether what stands there can be: the node may be gone from the project."""
    return state.materialized in {"test", *REPEATABLE}


def would_reuse_all(
    project: Workspace, request: Request, plan: Plan, known: States, run: RunResult
) -> bool:
    """Whether all that was built would be reused, with no word to the user."""
    good = {Status.SUCCESS, Status.PASS, Status.NO_OP}
    nodes = project.manifest.nodes
    certain = {key for key, state in known.items() if state.fingerprint}
    if request.is_partial or project.reading.varying or project.has_run_hooks:
        return False
    for key in plan.order:
        node = nodes[key]  # a unit test is as certain as its model
        basis = key if node.unit is None else node.depends_on[0]
        if node.declared is None and basis not in certain:
            return False
    return (
        certain == set(known)
        and all(result.status in good for result in run.results)
        and all(map(is_repeatable, nodes.values()))
        and not any(node.deprecation_date for node in nodes.values())
    )
