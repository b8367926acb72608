"""Data tests: a query whose rows are failures, judged by severity and thresholds."""

from dataclasses import dataclass, replace
from typing import Any

from warehouse.compiler.compile import Compiler
from warehouse.compiler.compiled import Compiled
from warehouse.engine.protocol import Engine, Result
from warehouse.errors import ConfigError, nearest
from warehouse.manifest.nodes import Node
from warehouse.run.aligned import aligned
from warehouse.run.faults import execute_around
from warehouse.run.results import Status

SAMPLE_ROWS = 5
KINDS = ("table", "view", "ephemeral")  # of store_failures_as


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a test ended; `sample` shows a few failing rows."""

    status: Status
    failures: int
    message: str | None = None
    sample: str | None = None


def run_test(engine: Engine, compiler: Compiler, compiled: Compiled) -> Verdict:
    """Run a data test and judge the count of its failures.

    With `store_failures` the failing rows are kept in a table or view. Raises
    EngineError for a fault in the SQL, ConfigError for config that says nothing.
    """
    node = compiled.node
    config = node.config
    main_sql = _stored(engine, node, _limited(compiled.sql, config.get("limit")))
    failures, should_warn, should_error = _counts(engine, compiler, compiled, main_sql)
    severity = str(config.get("severity") or "ERROR").upper()
    if severity not in {"ERROR", "WARN"}:
        raise ConfigError(
            f'severity must be "error" or "warn", not "{severity.lower()}"',
            location=node.properties or node.file.location(),
        )
    if severity == "ERROR" and should_error:
        status = Status.FAIL
    elif should_warn:
        status = Status.WARN
    else:
        status = Status.PASS
    verdict = told(node, status, failures)
    if status is Status.PASS:
        return verdict
    sample = engine.execute(
        f"select * from (\n{main_sql}\n) as failing limit {SAMPLE_ROWS}"
    )
    return replace(verdict, sample=sample_text(sample))


def _limited(sql: str, limit: int | None) -> str:
    return (
        sql if limit is None else f"select * from (\n{sql}\n) as failing limit {limit}"
    )


def _stored(engine: Engine, node: Node, sql: str) -> str:
    """Keep the failing rows where the config says; return the query for them."""
    if not node.config.get("store_failures") or node.relation is None:
        return sql
    kind = node.config.get("store_failures_as")
    if kind not in KINDS:
        raise ConfigError(
            f'store_failures_as must be one of {", ".join(KINDS)}, not "{kind}"',
            location=node.properties or node.file.location(),
            hint=nearest(str(kind), KINDS),
        )
    with engine.transaction():
        engine.clear(node.relation, kind)
        if kind == "view":
            engine.create_view(node.relation, sql)
        else:
            engine.create_table(node.relation, sql)
    return f"select * from {node.relation}"


def told(node: Node, status: Status, failures: int) -> Verdict:
    """Return the verdict in words, without a sample of the rows."""
    if status is Status.PASS:
        return Verdict(status, 0)  # below the thresholds there are none, as in dbt
    message = f"got {failures} failing row{'s' if failures != 1 else ''}"
    if node.config.get("store_failures"):
        message += f", kept in {node.relation}"
    return Verdict(status, failures, message)


def _counts(
    engine: Engine, compiler: Compiler, compiled: Compiled, main_sql: str
) -> tuple[int, bool, bool]:
    node = compiled.node
    sql = compiler.judged(node, main_sql, lambda: engine)
    verdict = execute_around(engine, sql, main_sql).rows[0]
    failures, should_warn, should_error = verdict
    if failures is None:
        raise ConfigError(
            "fail_calc gave NULL, which is neither pass nor fail",
            location=node.properties or node.file.location(),
            hint="wrap it in coalesce(…, 0)",
        )
    return int(failures), bool(should_warn), bool(should_error)


def sample_text(result: Result) -> str:
    """Return a few rows as aligned plain text."""
    rows = [[_cell(value) for value in row] for row in result.rows]
    return "\n".join(aligned([list(result.columns), *rows]))


def _cell(value: Any) -> str:
    text = "NULL" if value is None else str(value)
    return text if len(text) <= 60 else text[:57] + "..."
