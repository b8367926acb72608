"""Runs a unit test: what the model makes of the given rows against what it should."""

from warehouse.compiler.compile import Compiler
from warehouse.compiler.compiled import Compiled
from warehouse.compiler.unit_tests import UnitCompiler
from warehouse.engine.protocol import Engine, EngineError
from warehouse.errors import ExecutionError
from warehouse.jinja.relation import Relation
from warehouse.manifest.nodes import Node
from warehouse.run.data_tests import Verdict
from warehouse.run.faults import hint, located
from warehouse.run.results import Status
from warehouse.run.unit_diff import difference

WRAP = "select * from (\n"


def run_unit_test(
    engine: Engine, compiler: Compiler, node: Node
) -> tuple[Verdict, str]:
    """Run a unit test; return how it ended and the SQL that it ran.

    Raises WarehouseError: at the model's line for a fault of its SQL, else at the test.
    """
    unit = UnitCompiler(compiler, node, lambda: engine)
    actual = unit.actual()
    columns = _columns(engine, actual)
    expected, names = unit.expected(columns)
    shown = {name.lower(): name for name in columns}
    selected = ", ".join(Relation.quoted(shown.get(n.lower(), n)) for n in names)
    sql = (
        f"select {selected}, true as dbt_is_actual from (\n{actual.sql}\n)\n"
        f"union all\nselect {selected}, false from (\n{expected}\n)"
    )
    try:
        found = engine.execute(sql).rows
    except EngineError as error:
        raise ExecutionError(
            error.message, location=node.properties, hint=hint(error, sql)
        ) from error
    differs = difference(
        names,
        actual=[row[:-1] for row in found if row[-1]],
        expected=[row[:-1] for row in found if not row[-1]],
    )
    if differs is None:
        return Verdict(Status.PASS, 0), sql
    message = "actual differs from expected"
    return Verdict(Status.FAIL, 1, message, differs), sql


def _columns(engine: Engine, actual: Compiled) -> dict[str, str]:
    """Return the columns that the model gives; its faults are told at its lines."""
    with located(actual, engine):
        try:
            found = engine.execute(f"{WRAP}{actual.sql}\n) limit 0")
        except EngineError as error:
            if error.position is not None:
                error.position = max(error.position - len(WRAP), 0)
            raise
    return dict(zip(found.columns, found.types, strict=True))
