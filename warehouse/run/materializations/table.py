"""`materialized='table'`: the rows of a query or of a Python model, kept."""

from warehouse.run.materializations.work import Work


def table(work: Work) -> int | None:
    """Write the node's rows into a table."""
    if work.node.is_python:
        return work.engine.create_table_from(work.relation, work.frame)
    return work.engine.create_table(work.relation, work.query())
