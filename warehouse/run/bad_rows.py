"""Rows of a seed that do not load: found, told all at once, or kept aside."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from warehouse.engine.literal import literal
from warehouse.engine.protocol import CsvFile, CsvLoad
from warehouse.errors import CompileError, ExecutionError, nearest
from warehouse.jinja.relation import Relation
from warehouse.manifest.nodes import Node
from warehouse.project.seeds import (
    SeedFile,
    empty_values,
    lines_at,
    lines_not_utf8,
)
from warehouse.run.materializations.work import Work

FAIL, QUARANTINE = "fail", "quarantine"
DEFAULT_LIMIT = 100
SHOWN_ROWS = 100
SHOWN_TEXT = 120  # characters of a row or a value
COLUMNS = "line bigint, column_name varchar, value varchar, reason varchar, row varchar"
MARK = "Rows that did not load: what is wrong, where, and the row as it stands."


@dataclass(frozen=True, slots=True)
class BadValue:
    """What is wrong in one line of a file; with no column, in all of it."""

    line: int
    column: str | None
    value: str | None
    reason: str
    row: str | None = None

    def __str__(self) -> str:
        place = f"line {self.line}"
        if self.column is not None:
            place += f", column {self.column}"
        value = "" if self.value is None else f'"{_short(self.value)}" is '
        row = "" if self.row is None else f" (row: {_short(self.row)})"
        return f"{place}: {value}{self.reason}{row}"


@dataclass(frozen=True, slots=True)
class Policy:
    """What becomes of bad rows; None is as in dbt, where tests look for empty keys."""

    action: str | None = None
    limit: int = DEFAULT_LIMIT


def policy_of(node: Node) -> Policy:
    """Read a seed's `on_bad_rows` and `max_bad_rows`. Raises CompileError."""
    action = node.config.get("on_bad_rows")
    limit = node.config.get("max_bad_rows")
    place = node.properties or node.file.location()
    if action not in {None, FAIL, QUARANTINE}:
        raise CompileError(
            f"`on_bad_rows` is {FAIL} or {QUARANTINE}, not {action!r}",
            location=place,
            hint=nearest(str(action), (FAIL, QUARANTINE)),
        )
    if limit is not None and (type(limit) is not int or limit < 0):
        raise CompileError(
            f"`max_bad_rows` must be a whole number from 0, not {limit!r}",
            location=place,
        )
    if limit is not None and action != QUARANTINE:
        raise CompileError(
            f"`max_bad_rows` counts only with `on_bad_rows: {QUARANTINE}`",
            location=place,
        )
    return Policy(action, DEFAULT_LIMIT if limit is None else limit)


def bad_values(
    work: Work, seed: SeedFile, file: CsvFile, load: CsvLoad
) -> list[BadValue]:
    """List all that is wrong, in order of lines; empty keys too where they count."""
    found = _faults(seed, load) if load.faults else []
    keys = list(_keys(work))
    is_asked = bool(found) or policy_of(work.node).action is not None
    if keys and is_asked and _count(work, _missing(keys)):
        found += (
            BadValue(line, column, None, "no value, and it must not be null")
            for line, column in empty_values(seed.file, file.delimiter, keys)
        )
    return sorted(found, key=lambda bad: bad.line)


def _faults(seed: SeedFile, load: CsvLoad) -> list[BadValue]:
    """Return the database's faults with their lines.

    Bytes that are no text make a whole row unsure, so that they are all that is told.
    """
    lines = lines_at(seed.file, [fault.position for fault in load.faults])
    bytes_ = lines_not_utf8(seed.file)
    found = [
        BadValue(line, fault.column, fault.value, fault.reason, fault.row)
        for line, fault in zip(lines, load.faults, strict=True)
        if line not in bytes_
    ]
    unsure = sorted(bytes_.keys() & set(lines))
    found += (BadValue(n, None, None, "not UTF-8", bytes_[n]) for n in unsure)
    return found


def refuse(work: Work, found: Sequence[BadValue], policy: Policy) -> None:
    """Fail with all that is wrong, if it may not be set aside."""
    rows = len({bad.line for bad in found})
    if not found or (policy.action == QUARANTINE and rows <= policy.limit):
        return
    lines = [f"  {bad}" for bad in found[:SHOWN_ROWS]]
    if len(found) > SHOWN_ROWS:
        lines.append(f"  and {len(found) - SHOWN_ROWS} more")
    summary = f"{rows} bad row{'s' if rows > 1 else ''}"
    advice = (
        "correct the rows, declare other types under `column_types`, or set bad rows "
        f"aside with `on_bad_rows: {QUARANTINE}`"
    )
    if policy.action == QUARANTINE:
        summary += f", more than `max_bad_rows: {policy.limit}`"
        advice = "correct the rows, or allow more of them"
    raise ExecutionError(
        "\n".join([summary, *lines]), location=work.node.file.location(), hint=advice
    )


def set_aside(work: Work, found: Sequence[BadValue]) -> int:
    """Put bad rows into the seed's table of rejects; count those taken out of it."""
    table = work.relation.rejects
    work.engine.execute(f"create or replace table {table} ({COLUMNS})")
    work.engine.comment(table, MARK, {})
    if found:
        rows = ", ".join(map(_row, found))
        work.engine.execute(f"insert into {table} values {rows}")
    keys = list(_keys(work))
    if not keys:
        return 0
    taken = work.engine.execute(f"delete from {work.relation} where {_missing(keys)}")
    return int(taken.rows[0][0])


def forget_rejects(work: Work) -> None:
    """Drop the table of rejects that an earlier policy left; a user's own stays."""
    table = work.relation.rejects
    found = work.engine.execute(
        "select comment from duckdb_tables() "
        f"where lower(schema_name) = lower({literal(table.schema or 'main')}) "
        f"and lower(table_name) = lower({literal(table.identifier or '')}) "
        "and database_name = current_database()"
    )
    if found.rows == [(MARK,)]:
        work.engine.drop(table)


def _keys(work: Work) -> Iterator[str]:
    """Yield the columns of a seed that tests do not let be null."""
    seed = work.node.unique_id
    for node in work.compiler.manifest.tests_of(seed):
        test = node.test
        if test is None or (test.name, test.attached) != ("not_null", seed):
            continue
        is_error = str(node.config.get("severity")).lower() == "error"
        if is_error and test.column and not node.config.get("where"):
            yield test.column.strip('"')


def _missing(keys: Iterable[str]) -> str:
    return " or ".join(f"{Relation.quoted(key)} is null" for key in keys)


def _count(work: Work, condition: str) -> int:
    found = work.engine.execute(
        f"select count(*) from {work.relation} where {condition}"
    )
    return int(found.rows[0][0])


def _row(bad: BadValue) -> str:
    texts = (bad.column, bad.value, bad.reason, bad.row)
    values = ", ".join("null" if t is None else literal(t) for t in texts)
    return f"({bad.line}, {values})"


def _short(text: str) -> str:
    return text if len(text) <= SHOWN_TEXT else f"{text[:SHOWN_TEXT]}…"
