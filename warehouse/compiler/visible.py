"""What a column's name can mean at a place in a query."""

from sqlglot import exp

from warehouse.compiler.reads import parse


def all_visible(sql: str, dialect: str, offset: int) -> tuple[str, str] | None:
    """Return the column named at `offset`, and a query of all that could stand there.

    None where no column's name begins there, or where those of a query around it could
    stand too.

    >>> all_visible("with a as (select 1 as x) select a.y from a, b", "duckdb", 33)
    ('y', 'WITH a AS (SELECT 1 AS x) SELECT a.* FROM a, b')
    """
    tree = parse(sql, dialect)
    columns = tree.find_all(exp.Column) if tree is not None else ()
    found = (c for c in columns if c.parts[0].meta.get("start") == offset)
    column = next(found, None)
    select = column.find_ancestor(exp.Select) if column is not None else None
    if column is None or select is None or _is_correlated(select):
        return None
    table = column.args.get("table")
    star = exp.Column(this=exp.Star(), table=table.copy()) if table else exp.Star()
    source = {key: select.args.get(key) for key in ("from_", "joins", "laterals")}
    query = exp.Select(expressions=[star], with_=_with(select), **source)
    return column.name, query.sql(dialect)


def _is_correlated(select: exp.Expression) -> bool:
    """Whether a select stands where it may read columns of the one around it."""
    part, whole = select, select.parent
    while whole is not None and not isinstance(whole, exp.CTE | exp.From):
        if isinstance(whole, exp.Join):
            return part is not whole.this
        if isinstance(whole, exp.Select | exp.Lateral):
            return True
        part, whole = whole, whole.parent
    return False


def _with(select: exp.Expression) -> exp.Expression | None:
    """Return the common table expressions that a select sees, outermost first."""
    seen: list[exp.Expression] = []
    own, node, is_recursive = select, select, False
    while node is not None:
        known = node.args.get("with_")
        if known is not None:
            before = known.expressions
            if own in before:
                before = before[: before.index(own)]
            seen = [*before, *seen]
            is_recursive = is_recursive or bool(known.recursive)
        own = node if isinstance(node, exp.CTE) else own
        node = node.parent
    return exp.With(expressions=seen, recursive=is_recursive) if seen else None
