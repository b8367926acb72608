"""Builds one node: hooks, relation and descriptions, all of them or nothing."""

from collections.abc import Callable
from dataclasses import replace

from warehouse.engine.protocol import ANOTHER_KIND, Engine, EngineError
from warehouse.run.describe import describe
from warehouse.run.hooks import run_node_hooks
from warehouse.run.indexes import create_indexes
from warehouse.run.materializations.custom import build_custom
from warehouse.run.materializations.registry import (
    MATERIALIZATIONS,
    custom_materialization,
)
from warehouse.run.materializations.work import Work
from warehouse.run.python_models import call_model, told_at_return

# Drops, inside the transaction, what the node's last build left under another name.
Tidy = Callable[[Engine], None]


def build_node(work: Work, tidy: Tidy) -> int | None:
    """Build a node in one transaction; return its row count where that is known.

    Hooks that want it stand before and behind the transaction.
    """
    macro = custom_materialization(work.compiler.templates.library, work.node)
    with work.keys.alone(work.node):
        if macro is not None:
            with work.engine.transaction():
                tidy(work.engine)
            build_custom(work, macro, lambda name: _unit(work, name, lambda _: None))
            return None
        if work.node.is_python:
            return _build_python(work, tidy)
        return _unit(work, work.node.materialized, tidy)


def _unit(work: Work, name: str, tidy: Tidy) -> int | None:
    run_node_hooks(work, "pre_hook", inside=False)
    try:
        rows = _build_sql(work, name, tidy)
    except EngineError as error:
        if error.kind != ANOTHER_KIND:
            raise
        # Known only now: a view stands where a table goes, or the reverse.
        rows = _build_sql(work, name, tidy, clears=True)
    run_node_hooks(work, "post_hook", inside=False)
    return rows


def _build_sql(
    work: Work, name: str, tidy: Tidy, *, clears: bool = False
) -> int | None:
    with work.swaps, work.engine.transaction():
        if clears:
            work.engine.drop(work.relation)
        tidy(work.engine)
        run_node_hooks(work, "pre_hook")
        return _finish(work, name)


def _build_python(work: Work, tidy: Tidy) -> int | None:
    """Run a model's function on a connection of its own, then write what it returns.

    A lazy relation must be written by the connection that made it; a reader of batches
    may still read from that one, so that another has to write. The function itself runs
    in no transaction: it may open one.
    """
    run_node_hooks(work, "pre_hook", inside=False)
    with work.engine.session() as session:
        with session.transaction():
            run_node_hooks(replace(work, engine=session), "pre_hook")
        frame = call_model(session, work.compiler, work.node)
        writer = session if session.is_lazy(frame) else work.engine
        with told_at_return(work.node), work.swaps, writer.transaction():
            tidy(writer)
            writer.clear(work.relation, "table")
            written = replace(work, engine=writer, frame=frame)
            rows = _finish(written, work.node.materialized)
    run_node_hooks(work, "post_hook", inside=False)
    return rows


def _finish(work: Work, name: str) -> int | None:
    header = work.node.config.get("sql_header")
    if header and not work.node.is_python:
        work.engine.execute(str(header))
    rows = MATERIALIZATIONS[name](work)
    create_indexes(work, name)
    run_node_hooks(work, "post_hook")
    describe(work.engine, work.compiled, work.relation, anew=False)
    return rows
