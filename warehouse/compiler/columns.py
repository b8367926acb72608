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


def written_at(tree: exp.Expression | None, column: str) -> int | None:
    """Return the offset at which a query names a column of its result, or None.

    The last place: stars may hand it on from there.
    """
    found = None
    for select in tree.find_all(exp.Select) if tree is not None else ():
        for projection in filter(_is_named, select.expressions):
            if projection.alias_or_name.lower() == column.lower():
                identifier = projection.args.get("alias") or projection.this
                start = identifier.meta.get("start")
                found = max(start, found or 0) if start is not None else found
    return found


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
        elif _is_named(projection):
            names.append(projection.alias_or_name)
        else:
            return None
    # A name that comes twice is renamed by the database: do not guess how.
    return tuple(names) if len(set(names)) == len(names) else None


def _is_named(projection: exp.Expression) -> bool:
    """Whether the text names one column: else the database finds the names."""
    if isinstance(projection, exp.Alias):
        return not projection.find(exp.Columns, exp.Unnest, exp.Explode)
    return isinstance(projection, exp.Column) and not projection.is_star


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
    if relation is None or relation.args.get("pivots"):
        return None
    found: Columns = None
    if isinstance(relation, exp.Subquery):
        found = _query(relation.this, upstream, local)
    elif isinstance(relation, exp.Table):
        name = tuple(part.name.lower() for part in relation.parts)
        is_local = len(name) == 1 and name[0] in local
        found = local[name[0]] if is_local else upstream.get(name)
    renamed = tuple(relation.alias_column_names)
    return None if found is None else (*renamed, *found[len(renamed) :])
