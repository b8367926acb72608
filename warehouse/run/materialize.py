"""How each kind of node is put into the database."""

from collections.abc import Callable, Mapping

from warehouse.compiler.compile import Compiled
from warehouse.compiler.tokens import tokens
from warehouse.engine.protocol import CsvFile, Engine
from warehouse.errors import CompileError
from warehouse.jinja.relation import Relation

# Puts a node into the database; returns its row count where that is known.
Materialization = Callable[[Engine, Compiled, Relation], int | None]


def table(engine: Engine, compiled: Compiled, relation: Relation) -> int | None:
    """Write the query's rows into a table."""
    return engine.create_table(relation, _query(compiled))


def view(engine: Engine, compiled: Compiled, relation: Relation) -> int | None:
    """Keep the query under a name."""
    engine.create_view(relation, _query(compiled))
    return None


def _query(compiled: Compiled) -> str:
    if not tokens(compiled.sql, "duckdb"):
        raise CompileError(
            f"{compiled.node.name} is empty: there is no query in it",
            location=compiled.node.file.location(),
            hint="write one, or switch the model off with config(enabled=false)",
        )
    return compiled.sql


def seed(engine: Engine, compiled: Compiled, relation: Relation) -> int | None:
    """Load a CSV file into a table."""
    return engine.load_csv(relation, csv_file(compiled))


MATERIALIZATIONS: Mapping[str, Materialization] = {
    "table": table,
    "view": view,
    "seed": seed,
}


def csv_file(compiled: Compiled) -> CsvFile:
    """Describe a seed's file."""
    node = compiled.node
    if node.seed is None:
        raise ValueError(f"{node.unique_id} is no seed")
    return CsvFile(
        path=node.seed.file,
        columns=compiled.columns or (),
        types=node.config.get("column_types") or {},
        delimiter=str(node.config.get("delimiter") or ","),
    )


def describe(
    engine: Engine, compiled: Compiled, relation: Relation, *, anew: bool
) -> None:
    """Write descriptions into the database, as `persist_docs` asks for.

    `anew` takes away those that an earlier build wrote and nobody wants any more.
    """
    node = compiled.node
    persist = node.config.get("persist_docs") or {}
    columns: dict[str, str] = {}
    if persist.get("columns"):
        described = {n.lower(): i.description for n, i in node.columns.items()}
        names = compiled.columns or tuple(c.name for c in engine.columns(relation))
        for name in names:
            text = described.get(name.lower())
            if text:
                columns[name] = text
    description = node.description if persist.get("relation") else ""
    if anew:
        names = tuple(column.name for column in engine.columns(relation))
        columns = {**dict.fromkeys(names, ""), **columns}
    engine.comment(relation, description if description or anew else None, columns)
