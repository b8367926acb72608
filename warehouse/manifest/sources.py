"""Sources: tables that someone else fills, from their properties."""

from collections.abc import Mapping
from dataclasses import replace
from string import Template
from typing import Any

from warehouse.errors import ConfigError
from warehouse.jinja.relation import Relation
from warehouse.manifest.builder import NodeBuilder
from warehouse.manifest.config import DEFAULTS, merge
from warehouse.manifest.config import tree_layers as levels
from warehouse.manifest.freshness import loaded_at, read_freshness
from warehouse.manifest.nodes import ColumnInfo, Source
from warehouse.project.package import Package
from warehouse.project.yaml import Block


def read_source(
    builder: NodeBuilder,
    package: Package,
    blocks: tuple[Block, Block],
    infos: Mapping[str, ColumnInfo],
) -> Source:
    """Read one table of a source from the blocks of the source and of the table."""
    source, table = blocks
    source_name, name = source.data["name"], table.data["name"]
    fqn = (package.name, source_name, name)
    tree = builder.project.config.configs.get("source", {})
    configs = [builder.properties_config(block, "source") for block in blocks]
    target = builder.templates.invocation.target
    database = builder.native(source.get("database")) or target.database
    relation = Relation(
        database,
        builder.native(source.get("schema")) or source_name,
        builder.native(table.get("identifier")) or name,
    )
    layers = list(levels(tree, fqn))
    relation = relation.include(database=database != target.implied_database).quote(
        **builder.quoting(source.get("quoting"), table.get("quoting"))
    )
    config = merge([DEFAULTS["source"], *layers, *configs])
    external = _external(relation, config, name)
    return Source(
        unique_id=f"source.{package.name}.{source_name}.{name}",
        source_name=source_name,
        name=name,
        package=package.name,
        fqn=fqn,
        relation=relation if external is None else replace(relation, sql=external),
        location=table.location("name"),
        config=config,
        description=builder.describe(table.get("description")),
        source_description=builder.describe(source.get("description")),
        loader=str(table.get("loader") or source.get("loader") or ""),
        columns=infos,
        freshness=read_freshness(blocks, merge(layers)),
        loaded_at_field=loaded_at(source, table, "loaded_at_field"),
        loaded_at_query=loaded_at(source, table, "loaded_at_query"),
    )


def _external(relation: Relation, config: Mapping[str, Any], name: str) -> str | None:
    """Return the file or table function that a source stands for, as dbt-duckdb's.

    `external_location` of `meta` or `config`, with the source's own words put in.
    """
    values = {
        "name": name,
        "identifier": relation.identifier,
        "schema": relation.schema,
        "database": relation.database,
        "tags": config.get("tags", []),
        **(config.get("meta") or {}),
        **{k: v for k, v in config.items() if k not in {"meta", "tags", "enabled"}},
    }
    location = values.get("external_location")
    if location is None:
        return None
    try:
        found = _formatted(str(location), values)
    except (KeyError, ValueError) as error:
        raise ConfigError(
            f"`external_location` {location}: {error} is not known",
            hint=f"known: {', '.join(sorted(values))}",
        ) from error
    is_sql = "(" in found or found.startswith("'")
    return found if is_sql else f"'{found}'"


def _formatted(location: str, values: Mapping[str, Any]) -> str:
    formatter = values.get("formatter", "newstyle")
    if formatter == "newstyle":
        return location.format_map(values)
    if formatter == "oldstyle":
        return location % values
    if formatter == "template":
        return Template(location).substitute(values)
    raise ConfigError(
        f'no formatter "{formatter}"', hint="formatters: newstyle, oldstyle, template"
    )
