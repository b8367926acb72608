"""What a project runs around its nodes, and around each: hooks."""

from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

from warehouse.compiler.compile import Compiler
from warehouse.engine.protocol import Engine, EngineError
from warehouse.errors import ExecutionError, Location
from warehouse.manifest.artefact import node_dict
from warehouse.manifest.hooks import hooks_of
from warehouse.manifest.manifest import Manifest
from warehouse.project.config import PROJECT_FILE
from warehouse.project.package import Package
from warehouse.run.faults import hint
from warehouse.run.materializations.work import Work
from warehouse.run.results import RunResult


def run_hooks(
    compiler: Compiler,
    packages: Iterable[Package],
    event: str,
    engine: Engine,
    values: Mapping[str, Any] | None = None,
) -> None:
    """Render and run the hooks of every package for an event, in their order.

    `values` are further names for the hooks. Raises CompileError or ExecutionError
    naming the hook.
    """
    templates = compiler.templates
    for package in packages:
        for number, hook in enumerate(package.config.hooks[event], start=1):
            names = {**compiler.names.outside(package.name), **(values or {})}
            scope = templates.scope(package.name, names, lambda: engine)
            sql = templates.text(hook, scope, f"{PROJECT_FILE} ({event} {number})")
            try:
                if sql.strip():
                    engine.execute(sql)
            except EngineError as error:
                raise ExecutionError(
                    f"{event} hook {number}: {error.message}",
                    location=Location(PROJECT_FILE),
                    hint=hint(error, sql),
                ) from error


def run_node_hooks(work: Work, kind: str, *, inside: bool = True) -> None:
    """Run a node's hooks of a kind, `pre_hook` or `post_hook`, in their order.

    Those of the node's transaction, or with `inside` off those that stand beside it.
    """
    hooks = [h for h in hooks_of(work.node, kind) if h.transaction is inside]
    if not hooks:
        return  # most nodes: names to render with would be made for nothing
    for sql in work.compiler.hooks(work.node, hooks, lambda: work.engine):
        try:
            work.engine.execute(sql)
        except EngineError as error:
            # its position is one in the hook, not in the model
            message = f"{kind} `{sql.strip()}`: {error.message}"
            raise ExecutionError(
                message, location=work.node.file.location(), hint=hint(error, sql)
            ) from error


def hook_results(manifest: Manifest, run: RunResult) -> list[SimpleNamespace]:
    """Return dbt's `results` for `on-run-end`: how each node ended."""
    return [
        SimpleNamespace(
            node=node_dict(manifest.nodes[result.unique_id]),
            unique_id=result.unique_id,
            status=result.status.value,
            execution_time=result.seconds,
            message=result.message,
            failures=result.failures,
            thread_id=result.thread,
        )
        for result in run.results
    ]
