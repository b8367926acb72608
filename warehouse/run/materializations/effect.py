"""Whether an incremental run would change anything: if not, the table is left alone."""

from collections.abc import Sequence

from warehouse.jinja.column import Column
from warehouse.jinja.macros import BUILT_IN
from warehouse.jinja.relation import Relation
from warehouse.run.materializations.unique_key import keys_of
from warehouse.run.materializations.work import Work

APPENDING = ("append",)
KEYED = ("default", "delete+insert", "merge")
# What makes the outcome more than rows that take the place of others.
OPEN_ENDED = (
    "incremental_predicates", "predicates", "merge_clauses", "pre_hook", "post_hook",
    "merge_update_set_expressions", "merge_returning_columns",
)  # fmt: skip
MACROS = ("get_incremental_", "get_delete_insert_", "get_insert_into_", "get_merge_sql")


def is_without_effect(work: Work, rows: Relation, columns: Sequence[Column]) -> bool:
    """Whether the table holds already what the rows would make of it.

    Judged only where the strategy is the engine's own, and costs what finding the rows'
    keys in the table costs. In doubt it is no.
    """
    config = work.node.config
    if any(config.get(key) for key in OPEN_ENDED) or _is_replaced(work):
        return False
    strategy = str(config.get("incremental_strategy") or "default")
    if strategy not in (*APPENDING, *KEYED, "microbatch"):
        return False
    keys = keys_of(work.node) if strategy in KEYED else []
    names = ", ".join(column.quoted for column in columns)
    if work.batch is not None:
        column = config["event_time"]
        span = f"{column} >= '{work.batch.start}' and {column} < '{work.batch.end}'"
        return _same(
            work,
            f"select {names} from {work.relation} where {span}",
            f"select {names} from {rows} where {span}",
        )
    if not _count(work, f"from {rows}"):
        return True
    if not keys:
        return False
    key = f"({', '.join(keys)})"
    there = f"{key} in (select {key} from {rows})"
    return _same(
        work,
        f"select {names} from {work.relation} where {there}",
        f"select {names} from {rows}",
    )


def _is_replaced(work: Work) -> bool:
    """Whether the project has a macro of its own for any part of a strategy."""
    library = work.compiler.templates.library
    return any(
        word in macro.name
        for macro in library
        if macro.package != BUILT_IN
        for word in MACROS
    )


def _same(work: Work, first: str, second: str) -> bool:
    """Whether two queries give the same rows, each as often."""
    return not _count(
        work,
        f"from (({first}) except all ({second})) "
        f"union all from (({second}) except all ({first}))",
    )


def _count(work: Work, sql: str) -> int:
    found = work.engine.execute(f"select count(*) from (from ({sql}) limit 1)")
    return int(found.rows[0][0])
