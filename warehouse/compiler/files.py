"""The files that a piece of SQL names."""

from collections.abc import Iterator

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

_OPTIONS = (exp.EQ, exp.PropertyEQ, exp.Kwarg)


def files_named(sql: str, dialect: str) -> list[str]:
    """List the files that stand for a table: a quoted path, a function's first words.

    What has a name is an option (`delim = '/'`) and no file.

    >>> files_named("read_csv(['a.csv', 'b.csv'], delim = '/')", "duckdb")
    ['a.csv', 'b.csv']
    >>> files_named("'data/*.parquet'", "duckdb")
    ['data/*.parquet']
    """
    if sql.startswith("'"):
        return [sql.strip("'")]
    try:
        tree = sqlglot.parse_one(f"select {sql}", read=dialect)
    except SqlglotError:
        return []
    return list(_literals(tree))


def _literals(tree: exp.Expression) -> Iterator[str]:
    for node in tree.walk(prune=lambda node: isinstance(node, _OPTIONS)):
        if isinstance(node, exp.Literal) and node.is_string:
            if not isinstance(node.parent, _OPTIONS):
                yield str(node.this)
        elif isinstance(node, exp.Table) and node.this.args.get("quoted"):
            yield node.name
