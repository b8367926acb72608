"""`materialized='view'`: a query under a name."""

from warehouse.run.materializations.work import Work


def view(work: Work) -> int | None:
    """Keep the query under a name."""
    work.engine.create_view(work.relation, work.query())
    return None
