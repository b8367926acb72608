"""`materialized='table_function'`: a query with parameters, DuckDB's table macro."""

from warehouse.run.materializations.work import Work


def table_function(work: Work) -> int | None:
    """Keep the query as a function of its `parameters`: one text, or a list."""
    given = work.node.config.get("parameters") or ()
    parameters = [given] if isinstance(given, str) else [str(name) for name in given]
    work.engine.create_function(work.relation, parameters, work.query())
    return None
