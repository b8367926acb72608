"""Contracts: the columns that a model promises against those that its rows have."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from warehouse.engine.protocol import AS_FOUND, Engine, EngineError, Layout
from warehouse.errors import CompileError, ExecutionError, Location
from warehouse.jinja.column import Column
from warehouse.jinja.constraints import columns_ddl, constraints_ddl
from warehouse.manifest.nodes import ColumnInfo, Node
from warehouse.manifest.problems import Problems
from warehouse.run.aligned import aligned
from warehouse.run.materializations.work import Work

NOTHING = "-"
CONSTRAINED = ("table", "incremental")  # what DuckDB keeps constraints of
NAKED = ("decimal", "numeric", "number")


class ContractError(ExecutionError):
    """A model's rows are not what its contract says."""

    title = "Contract error"


def checked_layout(work: Work, sql: str) -> Layout:
    """Compare a model's contract with its query, without running it.

    Returns how the table is to be laid out: in the contract's order, with its
    constraints. Raises ContractError with all that differs.
    """
    node = work.node
    if not node.is_contracted:
        return AS_FOUND
    expected = _expected(work.engine, node)
    actual = work.engine.describe(sql)
    _compare(node, _flattened(expected), _flattened(actual))
    selected = ", ".join(info.in_sql for info in node.columns.values())
    model = work.compiler.names.model(node)
    constraints = constraints_ddl(model["constraints"])
    if node.demands:
        parts = [*columns_ddl(model["columns"]), *constraints]
        return Layout(selected, "(\n" + ",\n".join(parts) + "\n)")
    is_ordered = [c.name for c in expected] == [c.name for c in actual]
    return AS_FOUND if is_ordered else Layout(selected)


def _expected(engine: Engine, node: Node) -> list[Column]:
    """Return the contract's columns, with types in the database's own words."""
    for info in node.columns.values():
        if not info.data_type:
            raise ContractError(
                f'the column "{info.name}" of the contract has no `data_type`',
                location=info.location,
            )
    try:
        return engine.describe(_typed(node.columns.values()))
    except EngineError:
        with engine.session() as other:  # the transaction may be at its end
            for info in node.columns.values():
                _check_type(other, info)
        raise


def _check_type(engine: Engine, info: ColumnInfo) -> None:
    try:
        engine.describe(_typed([info]))
    except EngineError as error:
        raise ContractError(
            f'the type of "{info.name}" in the contract: {error.message}',
            location=info.location,
        ) from error


def _typed(columns: Iterable[ColumnInfo]) -> str:
    casts = (f"cast(null as {info.data_type}) as {info.in_sql}" for info in columns)
    return f"select {', '.join(casts)}"


def _flattened(columns: Sequence[Column]) -> dict[str, str]:
    """Return types by name; the fields of a struct count each by itself, as in dbt."""
    return {c.name: c.dtype for column in columns for c in column.flatten()}


def _compare(node: Node, expected: dict[str, str], actual: dict[str, str]) -> None:
    rows = [("column", "expected", "actual", "")]
    places = {info.name: info.location for info in node.columns.values()}
    for name in sorted({*expected, *actual}):
        pair = expected.get(name, NOTHING), actual.get(name, NOTHING)
        if pair[0] != pair[1]:
            place = places.get(name.partition(".")[0])
            rows.append((name, *pair, _place(place)))
    if len(rows) == 1:
        return
    count = len(rows) - 1
    what = "1 column differs" if count == 1 else f"{count} columns differ"
    table = "\n".join(f"  {line}" for line in aligned(rows))
    raise ContractError(
        f"the rows are not what the contract says: {what}\n{table}",
        location=node.properties,
        hint="cast in the query, or change `data_type`",
    )


def _place(location: Location | None) -> str:
    return f"{location.file}:{location.line}" if location is not None else ""


@contextmanager
def told_by_contract(node: Node) -> Iterator[None]:
    """Tell a constraint that the rows break at the line of the contract."""
    try:
        yield
    except EngineError as error:
        if error.kind not in {"Constraint", "definition"}:
            raise
        advice = "the rows break a constraint of the contract"
        if error.kind == "definition":
            advice = "the contract's columns and constraints make no table"
        raise ContractError(
            error.message, location=_broken(node, error.message), hint=advice
        ) from error


_SPOKEN = {
    "NOT NULL": ("not_null", "primary_key"),
    "CHECK": ("check",),
    "UNIQUE": ("unique", "primary_key"),
    "foreign key": ("foreign_key",),
}


def _broken(node: Node, message: str) -> Location | None:
    """Return where the constraint of which the database speaks is declared."""
    kinds = next((kinds for word, kinds in _SPOKEN.items() if word in message), ())
    words = set(message.replace('"', " ").replace(".", " ").replace(":", " ").split())
    columns = sorted(node.columns.values(), key=lambda info: info.name not in words)
    levels = [*(info.constraints for info in columns), node.constraints]
    for constraint in (found for level in levels for found in level):
        if constraint.type in kinds:
            return constraint.location
    return node.properties


def check_has_columns(node: Node) -> None:
    """Refuse a contract without columns."""
    if node.is_contracted and not node.columns:
        raise CompileError(
            f"the contract of {node.name} has no columns",
            location=node.properties or node.file.location(),
            hint="list them under `columns` in a properties file, with their types",
        )


def check_contract(node: Node, problems: Problems) -> None:
    """Report a contract of which part is not enforced."""
    if not node.is_contracted:
        return
    demands = (
        *node.constraints,
        *(c for i in node.columns.values() for c in i.constraints),
    )
    if demands and node.materialized not in CONSTRAINED:
        message = (
            f"the constraints of {node.name}, a {node.materialized}, are not enforced"
        )
        problems.doubt(CompileError(message, location=demands[0].location))
    for info in node.columns.values():
        if (info.data_type or "").strip().lower() in NAKED:
            problems.doubt(
                CompileError(
                    f'"{info.name}" is {info.data_type} without precision and scale',
                    location=info.location,
                    hint="DuckDB takes decimal(18,3): write what you mean",
                )
            )
