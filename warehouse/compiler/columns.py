"""The names of a query's columns, as far as its tree shows them."""

from collections.abc import Iterator, Mapping

from sqlglot import exp

from warehouse.compiler.reads import TableName

Columns = tuple[str, ...] | None
Upstream = Mapping[TableName, tuple[str, ...]]


def output_columns(tree: exp.Expression | None, upstream: Upstream) -> Columns:
    """Return the names of a query's columns in order, or None when they do not show.

    A star is followed into CTEs, subqueries and the tables of `upstream`.
    """
    return _query(tree, upstream, {})


def _query(
    tree: exp.Expression | None, upstream: Upstream, local: Mapping[str, Columns]
) -> Columns:
    if isinstance(tree, exp.Subquery):
        return _query(tree.this, upstream, local)
    if not isinstance(tree, exp.Query):
        return None
    known = dict(local)
    for cte in tree.ctes:
        named = tuple(column.name for column in cte.args["alias"].columns)
        known[cte.alias.lower()] = named or _query(cte.this, upstream, known)
    if isinstance(tree, exp.SetOperation):
        return _query(tree.left, upstream, known)
    return _select(tree, upstream, known) if isinstance(tree, exp.Select) else None


def _select(
    select: exp.Select, upstream: Upstream, local: Mapping[str, Columns]
) -> Columns:
    names: list[str] = []
    for projection in select.expressions:
        if isinstance(projection, exp.Star) and not _is_modified(projection):
            found = _all(select, upstream, local)
            if found is None:
                return None
            names += found
        elif projection.is_star or not projection.alias_or_name:
            return None
        else:
            names.append(projection.alias_or_name)
    # A name that comes twice is renamed by the database: do not guess how.
    return tuple(names) if len(set(names)) == len(names) else None


def _is_modified(star: exp.Star) -> bool:
    return any(star.args.get(key) for key in ("except_", "replace", "rename"))


def _all(
    select: exp.Select, upstream: Upstream, local: Mapping[str, Columns]
) -> list[str] | None:
    """Return what a bare star means in a select."""
    names: list[str] = []
    for relation in _relations(select):
        found = _relation(relation, upstream, local)
        if found is None:
            return None
        names += found
    return names


def _relations(select: exp.Select) -> Iterator[exp.Expression | None]:
    """Yield what a select reads; None for a join that merges or hides columns."""
    from_ = select.args.get("from_")
    yield from_.this if from_ is not None else None
    for join in select.args.get("joins") or ():
        is_plain = not join.args.get("using") and join.kind not in {"SEMI", "ANTI"}
        yield join.this if is_plain and join.method != "NATURAL" else None


def _relation(
    relation: exp.Expression | None, upstream: Upstream, local: Mapping[str, Columns]
) -> Columns:
    if isinstance(relation, exp.Subquery):
        return _query(relation.this, upstream, local)
    if not isinstance(relation, exp.Table) or relation.args.get("pivots"):
        return None
    name = tuple(part.name.lower() for part in relation.parts)
    if len(name) == 1 and name[0] in local:
        return local[name[0]]
    return upstream.get(name)
