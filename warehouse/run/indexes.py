"""`indexes`: what dbt-duckdb's config of this name makes beside a table."""

import hashlib

from warehouse.errors import ConfigError
from warehouse.jinja.relation import Relation
from warehouse.run.materializations.work import Work

INDEXED = ("table", "incremental", "seed", "snapshot")


def create_indexes(work: Work, materialization: str) -> None:
    """Create the indexes of a node's table that it lacks, with names of their own.

    Raises ConfigError for an entry that names no columns, EngineError where a unique
    one cannot be.
    """
    if materialization not in INDEXED:
        return
    for entry in work.node.config.get("indexes") or ():
        columns = entry.get("columns") if isinstance(entry, dict) else None
        if not isinstance(columns, list) or not columns:
            raise ConfigError(
                "an entry of `indexes` says `columns`, a list, and perhaps `unique`",
                location=work.node.properties or work.node.file.location(),
            )
        unique = "unique " if entry.get("unique") else ""
        said = "_".join([*map(str, columns), str(work.relation), unique])
        name = hashlib.md5(said.encode(), usedforsecurity=False).hexdigest()
        work.engine.execute(
            f"create {unique}index if not exists {Relation.quoted(name)} "
            f"on {work.relation} ({', '.join(map(str, columns))})"
        )
