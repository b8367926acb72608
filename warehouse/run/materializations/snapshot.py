"""`materialized='snapshot'`: a history of versions that only ever grows."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from warehouse.engine.protocol import Engine
from warehouse.errors import ExecutionError
from warehouse.jinja.macros import Scope
from warehouse.jinja.relation import Relation
from warehouse.manifest.snapshots import meta_columns
from warehouse.run.faults import execute_around
from warehouse.run.materializations.macros import call, scope_of
from warehouse.run.materializations.work import Work

# Tables of the connection's own, while a snapshot is taken.
SOURCE = Relation(None, None, "__dbt_snapshot_source")
STAGING = Relation(None, None, "__dbt_snapshot_staging")


def snapshot(work: Work) -> int | None:
    """Add the versions that are new, and end those that they replace."""
    known = [column.name for column in work.engine.columns(work.relation)]
    if known and work.compiler.names.stand_ins.is_part:
        return _count(work.engine, work.relation)  # a part would look like deletions
    scope = scope_of(work)
    strategy = _strategy(scope, work, bool(known))
    with _temporary(work.engine, SOURCE, work.query()):
        _check_keys(work, scope, strategy["unique_key"])
        if known:
            _check_target(work, known, strategy)
            _add_versions(work, scope, strategy, known)
        else:
            sql = call(
                scope, "build_snapshot_table", strategy, f"select * from {SOURCE}"
            )
            work.engine.execute(f"create table {work.relation} as (\n{sql}\n)")
    return _count(work.engine, work.relation)


@contextmanager
def _temporary(engine: Engine, relation: Relation, sql: str) -> Iterator[None]:
    """Keep a query's rows for a while; an error's rollback drops them too."""
    opening = f"create or replace temp table {relation} as (\n"
    execute_around(engine, f"{opening}{sql}\n)", sql)
    yield
    engine.execute(f"drop table {relation}")


def _strategy(scope: Scope, work: Work, exists: bool) -> dict[str, Any]:
    """Return how rows are told apart and when one counts as changed, as SQL."""
    package, _, name = str(work.node.config["strategy"]).rpartition(".")
    macro = f"{package}.snapshot_{name}_strategy".removeprefix(".")
    model = scope.values["model"]
    rows = ("snapshotted_data", "source_data")
    strategy: dict[str, Any] = call(scope, macro, model, *rows, model["config"], exists)
    return strategy


def _check_target(work: Work, known: list[str], strategy: dict[str, Any]) -> None:
    """Refuse to write versions into a table that is no snapshot."""
    names = meta_columns(work.node)
    if strategy.get("hard_deletes") != "new_record":
        del names["dbt_is_deleted"]
    del names["dbt_updated_at"]  # as in dbt, which does not ask for it
    there = {name.lower() for name in known}
    missing = [name for name in names.values() if name.lower() not in there]
    if missing:
        raise ExecutionError(
            f"{work.relation} has no {', '.join(missing)}: it is not the table of this "
            "snapshot",
            location=work.node.properties or work.node.file.location(1),
            hint="give the snapshot another alias or schema, or the table the columns",
        )


def _add_versions(
    work: Work, scope: Scope, strategy: dict[str, Any], known: list[str]
) -> None:
    """Put what is to be done beside the table; do it if there is anything."""
    source = f"select * from {SOURCE}"
    sql = call(scope, "snapshot_staging_table", strategy, source, work.relation)
    with _temporary(work.engine, STAGING, sql):
        columns = _widened(work, known)
        if _count(work.engine, STAGING):
            arguments = (work.relation, STAGING, columns)
            work.engine.execute(str(call(scope, "snapshot_merge_sql", *arguments)))


def _widened(work: Work, known: list[str]) -> list[str]:
    """Give the table the columns that the query has now; return all, quoted."""
    there = {name.lower() for name in known}
    columns = [
        column
        for column in work.engine.describe(f"from {STAGING}")
        if column.name != "dbt_change_type"
        and not column.name.startswith("dbt_unique_key")
    ]
    for column in columns:
        if column.name.lower() not in there:
            name = Relation.quoted(column.name)
            work.engine.execute(
                f"alter table {work.relation} add column {name} {column.dtype}"
            )
    return [Relation.quoted(column.name) for column in columns]


def _check_keys(work: Work, scope: Scope, unique_key: str | list[str]) -> None:
    """Tell of rows that a key does not tell apart: their versions get mixed up.

    A row without a key gets a new version every time. dbt passes over both; so it is
    an error in strict projects, else a warning.
    """
    keys = [unique_key] if isinstance(unique_key, str) else unique_key
    found = work.engine.execute(
        f"select {', '.join(keys)}, count(*) as rows from {SOURCE} group by all "
        f"having count(*) > 1 or {' or '.join(f'({key}) is null' for key in keys)} "
        "order by all limit 1"
    )
    for *values, rows in found.rows:
        named = zip(keys, values, strict=True)
        shown = ", ".join(f"{key} = {_shown(value)}" for key, value in named)
        problem = ExecutionError(
            f"{work.node.name} has {rows} rows of one key: {shown}"
            if None not in values
            else f"{work.node.name} has a row without a key: {shown}",
            location=work.node.properties or work.node.file.location(1),
            hint="its `unique_key` must tell all rows of the query apart",
        )
        if scope.library.environment.is_strict:
            raise problem
        scope.values["exceptions"].warn(str(problem))


def _shown(value: Any) -> str:
    return "NULL" if value is None else str(value)


def _count(engine: Engine, relation: Relation) -> int:
    return int(engine.execute(f"select count(*) from {relation}").rows[0][0])
