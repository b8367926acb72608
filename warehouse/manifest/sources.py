"""Sources: tables that someone else fills, from their properties."""

from collections.abc import Mapping

from warehouse.jinja.relation import Relation
from warehouse.manifest.builder import NodeBuilder
from warehouse.manifest.config import DEFAULTS, merge
from warehouse.manifest.config import tree_layers as levels
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
    default = builder.templates.invocation.target.database
    database = builder.native(source.get("database")) or default
    relation = Relation(
        database,
        builder.native(source.get("schema")) or source_name,
        builder.native(table.get("identifier")) or name,
    )
    return Source(
        unique_id=f"source.{package.name}.{source_name}.{name}",
        source_name=source_name,
        name=name,
        package=package.name,
        fqn=fqn,
        relation=relation.include(database=database != default).quote(
            **builder.quoting(source.get("quoting"), table.get("quoting"))
        ),
        location=table.location("name"),
        config=merge([DEFAULTS["source"], *levels(tree, fqn), *configs]),
        description=builder.describe(table.get("description")),
        source_description=builder.describe(source.get("description")),
        loader=str(table.get("loader") or source.get("loader") or ""),
        columns=infos,
    )
