"""A unit test's rows as SQL: each value cast to the type of its column."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from warehouse.errors import CompileError, Location, nearest
from warehouse.jinja.relation import Relation

Row = Mapping[str, Any]


def fixture_sql(
    rows: Sequence[Row],
    columns: Mapping[str, str],
    wanted: Iterable[str],
    what: str,
    location: Location,
) -> str:
    """Return a query that gives these rows; a column that a row leaves out is NULL.

    `columns` has the type of each column that may be named, `wanted` are those to
    give, `what` says whose they are. Raises CompileError for a column that is none.
    """
    known = {name.lower(): name for name in columns}
    names = [known.get(name.lower(), name) for name in wanted]
    for row in rows:
        for column in row:
            if str(column).lower() not in known:
                raise CompileError(
                    f'{what} has no column "{column}"',
                    location=location,
                    hint=nearest(str(column), columns)
                    or f"columns: {', '.join(columns)}",
                )
    selects = [
        _select({str(k).lower(): v for k, v in row.items()}, names, columns)
        for row in rows
    ]
    if not selects:
        return f"{_select({}, names, columns)} limit 0"
    return "\nunion all ".join(selects)


def _select(row: Row, names: Sequence[str], columns: Mapping[str, str]) -> str:
    cells = (
        f"cast({sql_value(row.get(name.lower()))} as {columns[name]}) "
        f"as {Relation.quoted(name)}"
        for name in names
    )
    return f"select {', '.join(cells)}"


def sql_value(value: Any) -> str:
    """Return a YAML value as SQL.

    >>> sql_value("it's"), sql_value([1, None]), sql_value({"a": True})
    ("'it''s'", '[1, null]', "{'a': true}")
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(sql_value, value))}]"
    if isinstance(value, dict):
        pairs = (f"{sql_value(str(k))}: {sql_value(v)}" for k, v in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, str | date | datetime):
        return "'" + str(value).replace("'", "''") + "'"
    return str(value)
