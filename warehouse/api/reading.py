"""Asking what was built: a release or a database file, opened read-only."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from warehouse.engine.duckdb import DuckDB
from warehouse.engine.literal import literal
from warehouse.engine.protocol import Engine, EngineError, Result, Stream
from warehouse.engine.setup import PLAIN, Setup
from warehouse.errors import (
    ExitCode,
    Location,
    ReleaseError,
    UsageError,
    WarehouseError,
)
from warehouse.jinja.relation import Relation
from warehouse.release.home import Home
from warehouse.release.record import DATABASE_FILE

# What Python holds as the database does. The rest is asked for as text: Python's dates
# know no infinity, its intervals no months, its times no nanoseconds.
SAME = (
    "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT",
    "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT", "DOUBLE", "DECIMAL", "VARCHAR",
    "ENUM", '"NULL"',
)  # fmt: skip
READING = frozenset({"SELECT", "EXPLAIN", "PRAGMA", "CALL", "SET", "MULTI"})
NESTED = ("STRUCT", "MAP", "UNION", "TUPLE", "VARIANT", "JSON")


class QueryError(WarehouseError):
    """The database refused a question; nothing was built, so nothing failed."""

    title = "Query error"
    exit_code = ExitCode.USAGE


def open_release(
    home: Home, release_id: str | None = None, setup: Setup = PLAIN
) -> DuckDB:
    """Open a release, the current one by default, for reading.

    The pointer is resolved once: what is published meanwhile does not show. Raises
    ReleaseError when there is none, or the nearest ids for an unknown one.
    """
    chosen = home.find(release_id) if release_id else home.current_id()
    if chosen is None:
        raise ReleaseError(
            f"nothing has been published in {home.path}", hint="run: warehouse build"
        )
    return open_file(home.folder(chosen) / DATABASE_FILE, setup)


def open_file(path: Path, setup: Setup = PLAIN) -> DuckDB:
    """Open a database file for reading. Raises ReleaseError when that fails."""
    if not path.exists():
        raise ReleaseError(f"{path} does not exist", hint="run: warehouse build")
    try:
        return DuckDB.open(path, read_only=True, setup=setup)
    except EngineError as error:
        raise ReleaseError(f"cannot open {path}: {error.message}") from error


@contextmanager
def asking(engine: Engine, sql: str, file: str = "query") -> Iterator[None]:
    """Turn an EngineError from this SQL into a QueryError that points into it."""
    try:
        yield
    except EngineError as error:
        raise query_error(error, sql, file, engine) from error


def query_error(error: EngineError, sql: str, file: str, engine: Engine) -> QueryError:
    """Return the error with the line, a caret, and the nearest names."""
    from warehouse.run.faults import hint  # noqa: PLC0415 - sqlglot: only when needed

    location = None
    if error.position is not None:
        before = sql[: error.position]
        start = before.rfind("\n") + 1
        excerpt = sql[start:].partition("\n")[0]
        place = before.count("\n") + 1, error.position - start + 1
        location = Location(file, *place, excerpt)
    return QueryError(error.message, location=location, hint=hint(error, sql, engine))


def ask(engine: Engine, sql: str) -> Stream:
    """Run a question; its values are exact.

    Numbers, text and booleans come as Python's own, lists and structs as the values
    of their JSON (numbers in them as Decimal), all else (dates, times, intervals,
    bytes) as the database's text. Raises EngineError.
    """
    check_question(engine, sql)
    sql = sql.rstrip().rstrip(";")
    shape = _shape(engine, sql)
    if shape is None or all(map(_is_same, shape.types)):
        found = engine.stream(sql)
        return Stream(_unique(found.columns), found.types, found.rows)
    names = [f"c{i}" for i in range(len(shape.types))]
    pairs = zip(names, shape.types, strict=True)
    opening = f"select {', '.join(_asked(*pair) for pair in pairs)} from (\n"
    found = engine.stream(f"{opening}{sql}\n) as result({', '.join(names)})")
    rows = _decoded(found.rows, shape.types)
    return Stream(_unique(shape.columns), shape.types, rows)


def check_question(engine: Engine, sql: str) -> None:
    """Refuse what is not one question: nothing, several statements, one that writes.

    Opening the database read-only does not keep COPY from writing files. Raises
    UsageError, and EngineError for a syntax error.
    """
    kinds = engine.statements(sql)
    if not kinds:
        raise UsageError("there is no SQL to run")
    if len(kinds) > 1:
        raise UsageError(f"query takes one statement; there are {len(kinds)}")
    if kinds[0] not in READING:
        raise UsageError(
            f"query only reads, and {kinds[0]} does not",
            hint="--output FILE writes the rows of a query to a file",
        )


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names, those that come again numbered as in Parquet: a, a_1."""
    found: list[str] = []
    for name in names:
        number, unique = 0, name
        while unique in found:
            number += 1
            unique = f"{name}_{number}"
        found.append(unique)
    return tuple(found)


def _shape(engine: Engine, sql: str) -> Result | None:
    """Return the columns and types of a query; None for what is none, or is wrong."""
    try:
        return engine.execute(f"select * from (\n{sql}\n) limit 0")
    except EngineError:
        return None  # run as it stands, it says itself what is wrong, and where


def _is_same(sql_type: str) -> bool:
    return sql_type.partition("(")[0] in SAME and not sql_type.endswith("]")


def _is_nested(sql_type: str) -> bool:
    return sql_type.endswith("]") or sql_type.partition("(")[0] in NESTED


def _asked(name: str, sql_type: str) -> str:
    if _is_same(sql_type):
        return name
    return f"cast({f'to_json({name})' if _is_nested(sql_type) else name} as varchar)"


def _decoded(
    rows: Iterator[tuple[Any, ...]], types: Sequence[str]
) -> Iterator[tuple[Any, ...]]:
    decoders = [_decoder(sql_type) for sql_type in types]
    for row in rows:
        yield tuple(
            value if value is None or decode is None else decode(value)
            for value, decode in zip(row, decoders, strict=True)
        )


def _decoder(sql_type: str) -> Callable[[str], Any] | None:
    if _is_nested(sql_type):
        return _json
    if sql_type == "FLOAT":
        return float  # of the text: 0.1, where Python's own would be 0.10000000149
    return int if sql_type == "BIGNUM" else None


def _json(text: str) -> Any:
    """Read JSON without rounding; NaN and infinity, which JSON lacks, are None."""
    return json.loads(text, parse_float=Decimal, parse_constant=lambda _: None)


def write_parquet(
    engine: Engine, sql: str, path: Path, limit: int | None = None
) -> int:
    """Write a question's rows to a Parquet file; return their number.

    Raises UsageError for a column whose type Parquet does not hold exactly, with the
    cast to write, and EngineError.
    """
    from warehouse.release.parquet_type import instead, is_exact  # noqa: PLC0415 - pyarrow
    from warehouse.release.sql_type import parse  # noqa: PLC0415

    check_question(engine, sql)
    sql = sql.rstrip().rstrip(";")
    shape = _shape(engine, sql)
    for name, text in zip(shape.columns, shape.types, strict=True) if shape else ():
        sql_type = parse(text)
        if not is_exact(sql_type):
            raise UsageError(
                f'column "{name}" is {text}, which Parquet cannot hold exactly',
                hint=f"write cast({Relation.quoted(name)} as {instead(sql_type)})",
            )
    target = f"{literal(str(path))} (format parquet, compression zstd)"
    opening, closing = "copy (\n", "\n)"
    if limit is not None:
        opening, closing = "copy (from (\n", f"\n) limit {limit})"
    try:
        written = engine.execute(f"{opening}{sql}{closing} to {target}")
    except EngineError as error:
        if error.position is not None:
            error.position = max(error.position - len(opening), 0)
        raise
    return int(written.rows[0][0])
