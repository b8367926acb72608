"""Descriptions in the database, as `persist_docs` asks for."""

from warehouse.compiler.compiled import Compiled
from warehouse.engine.protocol import Engine
from warehouse.jinja.relation import Relation


def describe(
    engine: Engine, compiled: Compiled, relation: Relation, *, anew: bool
) -> None:
    """Write descriptions into the database, as `persist_docs` asks for.

    `anew` takes away those that an earlier build wrote and nobody wants any more.
    """
    node = compiled.node
    persist = node.config.get("persist_docs") or {}
    columns: dict[str, str] = {}
    if persist.get("columns") and not relation.is_function:
        described = {n.lower(): i.description for n, i in node.columns.items()}
        names = compiled.columns or tuple(c.name for c in engine.columns(relation))
        for name in names:
            text = described.get(name.lower())
            if text:
                columns[name] = text
    description = node.description if persist.get("relation") else ""
    if anew and not relation.is_function:
        names = tuple(column.name for column in engine.columns(relation))
        columns = {**dict.fromkeys(names, ""), **columns}
    engine.comment(relation, description if description or anew else None, columns)
