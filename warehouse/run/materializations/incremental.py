"""`materialized='incremental'`: a table that each run adds to or corrects."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from warehouse.compiler.compile import Compiler
from warehouse.engine.protocol import Engine
from warehouse.errors import CompileError, nearest
from warehouse.jinja.column import Column
from warehouse.jinja.macros import Scope
from warehouse.jinja.relation import Relation
from warehouse.manifest.nodes import Node
from warehouse.run.contracts import checked_layout, told_by_contract
from warehouse.run.faults import execute_around
from warehouse.run.materializations.effect import is_without_effect
from warehouse.run.materializations.macros import call, scope_of
from warehouse.run.materializations.merge_config import check_merge
from warehouse.run.materializations.microbatch import in_batches
from warehouse.run.materializations.microbatch_config import is_batched
from warehouse.run.materializations.place import place_of
from warehouse.run.materializations.schema_change import reconcile
from warehouse.run.materializations.table import table
from warehouse.run.materializations.unique_key import check_unique_key
from warehouse.run.materializations.work import Work

KEYED = ("default", "delete+insert", "merge")  # what tells rows apart by unique_key
MACRO = "get_incremental_{}_sql"


def incremental(work: Work) -> int | None:
    """Build the table when there is none or it is to be refreshed, else add to it."""
    is_new = is_anew(work.engine, work.compiler, work.node)
    if is_batched(work.compiler.templates.library, work.node):
        in_batches(work, anew, add, is_anew=is_new)
    elif is_new:
        return anew(work)
    else:
        add(work)
    found = work.engine.execute(f"select count(*) from {work.relation}")
    return int(found.rows[0][0])


def is_anew(engine: Engine, compiler: Compiler, node: Node) -> bool:
    """Whether the model's table is built from nothing."""
    if compiler.refreshes(node) or node.relation is None:
        return True
    there = engine.relations([node.relation.schema or "main"])
    return not any(found.is_table for found in there if found == node.relation)


def anew(work: Work) -> int | None:
    """Build the whole table."""
    if work.effect is not None:
        work.effect.has_changed = True
    rows = table(work)
    if strategy_of(work) in KEYED:
        check_unique_key(work, work.relation)
    return rows


def add(work: Work) -> None:
    """Bring the query's rows into the table by the model's strategy."""
    strategy = strategy_of(work)
    if strategy == "merge":
        check_merge(work.node)
    with _batch(work) as rows:
        if strategy in KEYED:
            check_unique_key(work, rows)
        columns, has_changed = reconcile(work, rows)
        scope = scope_of(work)
        sql = str(_strategy_sql(work, scope, rows, columns))
        if work.effect is not None:
            if not has_changed and is_without_effect(work, rows, columns):
                work.effect.has_changed = bool(work.effect.has_changed)
                return
            work.effect.has_changed = True
        with told_by_contract(work.node):
            work.engine.execute(sql)


def strategy_of(work: Work) -> str:
    """Return the name of the model's strategy."""
    return str(work.node.config.get("incremental_strategy") or "default")


@contextmanager
def _batch(work: Work) -> Iterator[Relation]:
    """Keep the query's rows in a table of the connection's own for a while."""
    rows = Relation(None, None, f"{work.relation.identifier}__dbt_tmp", "table")
    with work.rows() as sql:
        selected = checked_layout(work, sql).selected
        opening = f"create or replace temp table {rows} as (\n"
        if selected:
            opening += f"select {selected} from (\n"
        closing = "\n) as model_subq)" if selected else "\n)"
        execute_around(work.engine, f"{opening}{sql}{closing}", sql)
    yield rows
    work.engine.execute(f"drop table temp.{rows}")


def _strategy_sql(
    work: Work, scope: Scope, rows: Relation, columns: Sequence[Column]
) -> Any:
    """Call the strategy's macro, in dbt's words. Raises CompileError without one."""
    config, strategy = work.node.config, strategy_of(work)
    name = MACRO.format(strategy.replace("+", "_"))
    if scope.library.find(name, scope.package) is None:
        raise CompileError(
            f'unknown incremental_strategy "{strategy}": there is no macro `{name}`',
            location=place_of(work.node, "incremental_strategy"),
            hint=nearest(strategy, _strategies(scope))
            or f"known: {', '.join(_strategies(scope))}",
        )
    predicates = config.get("predicates") or config.get("incremental_predicates")
    return call(
        scope,
        name,
        {
            "target_relation": work.relation,
            "temp_relation": rows,
            "unique_key": config.get("unique_key"),
            "dest_columns": list(columns),
            "incremental_predicates": [predicates]
            if isinstance(predicates, str)
            else predicates,
        },
    )


def _strategies(scope: Scope) -> list[str]:
    """Return the names of the strategies that macros define."""
    opening, closing = MACRO.split("{}")
    names = {
        macro.name.removeprefix(opening).removesuffix(closing)
        for macro in scope.library
        if macro.name.startswith(opening) and macro.name.endswith(closing)
    }
    return sorted(name.replace("delete_insert", "delete+insert") for name in names)
