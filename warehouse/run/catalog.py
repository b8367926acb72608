"""`catalog.json`: what the database has of a project, in dbt's schema."""

from collections.abc import Iterable, Mapping
from typing import Any

from warehouse.engine.catalog import Described
from warehouse.jinja.invocation import Invocation
from warehouse.jinja.relation import Relation
from warehouse.manifest.artefact import metadata
from warehouse.manifest.manifest import Manifest

SCHEMA = "https://schemas.getdbt.com/dbt/catalog/v1.json"
_STATS = {
    "has_stats": {
        "id": "has_stats",
        "label": "Has Stats?",
        "value": False,
        "include": False,
        "description": "Indicates whether there are statistics for this table",
    }
}


def catalog_dict(
    manifest: Manifest,
    invocation: Invocation,
    found: Iterable[Described],
    chosen: Iterable[str] | None = None,
) -> dict[str, Any]:
    """Return the tables and views of nodes and sources, of `chosen` alone if given."""
    tables = {table.key: table for table in found}
    wanted = None if chosen is None else set(chosen)
    nodes = {key: node.relation for key, node in manifest.nodes.items()}
    sources = {key: source.relation for key, source in manifest.sources.items()}
    return {
        "metadata": metadata(SCHEMA, invocation),
        "nodes": _tables(tables, nodes, wanted),
        "sources": _tables(tables, sources, wanted),
        "errors": None,
    }


def _tables(
    tables: Mapping[tuple[str, str, str], Described],
    relations: Mapping[str, Relation | None],
    wanted: set[str] | None,
) -> dict[str, Any]:
    result = {}
    for unique_id, relation in relations.items():
        table = tables.get(relation.key) if relation is not None else None
        if table is not None and (wanted is None or unique_id in wanted):
            result[unique_id] = {**_table(table), "unique_id": unique_id}
    return result


def _table(table: Described) -> dict[str, Any]:
    return {
        "metadata": {
            "type": table.kind,
            "schema": table.schema,
            "name": table.name,
            "database": table.database,
            "comment": table.comment,
            "owner": None,
        },
        "columns": {
            column.name: {
                "type": column.type,
                "index": column.index,
                "name": column.name,
                "comment": column.comment,
            }
            for column in table.columns
        },
        "stats": _STATS,
    }
