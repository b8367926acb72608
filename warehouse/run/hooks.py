"""What a project runs around its nodes, and around each: hooks."""

from warehouse.engine.protocol import EngineError
from warehouse.errors import ExecutionError
from warehouse.manifest.hooks import hooks_of
from warehouse.run.faults import hint
from warehouse.run.materializations.work import Work


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
