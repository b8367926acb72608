"""`incremental_strategy='microbatch'`: the rows of one span of time after the other."""

from dataclasses import replace

from warehouse.run.faults import located
from warehouse.run.materializations.microbatch_config import window
from warehouse.run.materializations.work import Materialization, Work


def in_batches(
    work: Work, anew: Materialization, add: Materialization, *, is_anew: bool
) -> None:
    """Build a model batch by batch, all of them in the transaction of the node.

    `anew` makes the table of the first batch when `is_anew`, `add` replaces the rows of
    one. All or nothing: a batch that failed between others would leave a gap that no
    later run looks at.
    """
    compiler, node = work.compiler, work.node
    asked = compiler.names.stand_ins.batch_span
    now = compiler.templates.invocation.run_started_at
    for batch in window(node).batches(asked, now, is_anew=is_anew):
        compiled = compiler.compile(node, lambda: work.engine, batch)
        with located(compiled, work.engine):
            step = replace(work, compiled=compiled, batch=batch)
            (add if batch.is_incremental else anew)(step)
