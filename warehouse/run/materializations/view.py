"""`materialized='view'`: a query under a name."""

from warehouse.run.contracts import checked_layout
from warehouse.run.materializations.work import Work


def view(work: Work) -> int | None:
    """Keep the query under a name."""
    sql = work.query()
    checked_layout(work, sql)
    work.engine.create_view(work.relation, sql)
    return None
