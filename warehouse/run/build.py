"""Builds one node: hooks, relation and descriptions, all of them or nothing."""

from collections.abc import Callable
from dataclasses import replace

from warehouse.engine.protocol import ANOTHER_KIND, Engine, EngineError
from warehouse.run.describe import describe
from warehouse.run.hooks import run_node_hooks
from warehouse.run.materializations.registry import MATERIALIZATIONS
from warehouse.run.materializations.work import Work
from warehouse.run.python_models import call_model, told_at_return

# Drops, inside the transaction, what the node's last build left under another name.
Tidy = Callable[[Engine], None]


def build_node(work: Work, tidy: Tidy) -> int | None:
    """Build a node in one transaction; return its row count where that is known."""
    with work.keys.alone(work.node):
        if work.node.is_python:
            return _build_python(work, tidy)
        try:
            return _build_sql(work, tidy)
        except EngineError as error:
            if error.kind != ANOTHER_KIND:
                raise
        # Known only now: a view stands where a table goes, or the reverse.
        return _build_sql(work, tidy, clears=True)


def _build_sql(work: Work, tidy: Tidy, *, clears: bool = False) -> int | None:
    with work.engine.transaction():
        if clears:
            work.engine.drop(work.relation)
        tidy(work.engine)
        run_node_hooks(work, "pre_hook")
        return _finish(work)


def _build_python(work: Work, tidy: Tidy) -> int | None:
    """Run a model's function on a connection of its own, then write what it returns.

    A lazy relation must be written by the connection that made it; a reader of batches
    may still read from that one, so that another has to write. The function itself runs
    in no transaction: it may open one.
    """
    with work.engine.session() as session:
        with session.transaction():
            run_node_hooks(replace(work, engine=session), "pre_hook")
        frame = call_model(session, work.compiler, work.node)
        writer = session if session.is_lazy(frame) else work.engine
        with told_at_return(work.node), writer.transaction():
            tidy(writer)
            writer.clear(work.relation, "table")
            return _finish(replace(work, engine=writer, frame=frame))


def _finish(work: Work) -> int | None:
    rows = MATERIALIZATIONS[work.node.materialized](work)
    run_node_hooks(work, "post_hook")
    describe(work.engine, work.compiled, work.relation, anew=False)
    return rows
