"""`materialized='table'`: the rows of a query or of a Python model, kept."""

from warehouse.run.contracts import checked_layout, told_by_contract
from warehouse.run.materializations.work import Work


def table(work: Work) -> int | None:
    """Write the node's rows into a table, as its contract says."""
    with work.rows() as sql:
        layout = checked_layout(work, sql)
        with (
            told_by_contract(work.node),
            work.keys.detached(work.engine, work.relation),
        ):
            return work.engine.create_table(work.relation, sql, layout)
