"""SQL as it would run: of nodes, of a piece of Jinja, of a preview."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from warehouse.api.opening import setup_for
from warehouse.api.reading import ask, open_file, open_release
from warehouse.api.workspace import Workspace
from warehouse.compiler.compiled import Compiled
from warehouse.engine.duckdb import DuckDB
from warehouse.engine.protocol import Engine, Stream
from warehouse.errors import UsageError, nearest
from warehouse.manifest.nodes import Node
from warehouse.project.files import SourceFile, replace_text, text_checksum
from warehouse.run.faults import located

INLINE = "--inline"  # the file's name that an error shows


@contextmanager
def reader(project: Workspace) -> Iterator[Engine]:
    """Open what was built last for reading; an empty database before the first build.

    Raises ReleaseError when it is there and cannot be opened.
    """
    engine = _open(project)
    try:
        yield engine
    finally:
        engine.close()


def _open(project: Workspace) -> DuckDB:
    path, setup = project.target.path, setup_for(project)
    if project.home is not None and project.home.current_id() is not None:
        return open_release(project.home, setup=setup)
    if project.home is None and path is not None and path.exists():
        return open_file(path, setup)
    return DuckDB.open(None, setup=setup)


def add_inline(project: Workspace, sql: str) -> str:
    """Put a piece of Jinja SQL among the project's models; return its name.

    Before the manifest is first asked for: a whole parse gives it what a model has.
    """
    file = SourceFile(INLINE, INLINE, sql, text_checksum(sql))
    first, *others = project.packages
    project.packages = (replace(first, models=(*first.models, file)), *others)
    return file.stem


def node_named(project: Workspace, name: str) -> Node:
    """Return a node by its id or name; of versions, the one asked for or the latest.

    Raises UsageError with the nearest name.
    """
    nodes = project.manifest.nodes
    ordered = map(nodes.get, (name, *project.manifest.order))
    known = [node for node in ordered if node is not None]
    found = [n for n in known if name in {n.unique_id, n.search_name, n.name}]
    if not found:
        names = [said for node in known for said in (node.name, node.search_name)]
        raise UsageError(f'no node "{name}"', hint=nearest(name, names))
    latest = (n for n in found if n.version is None or n.version.is_latest)
    return next(latest, found[0])


def compile_nodes(
    project: Workspace, chosen: Sequence[str], engine: Engine
) -> list[Compiled]:
    """Compile the chosen nodes that have SQL, asking the database where they do.

    Raises every error of those that do not ask, together.
    """
    plan, compiler = project.plan(chosen)
    nodes = [project.manifest.nodes.get(unique_id) for unique_id in chosen]
    return [
        plan.compiled.get(node.unique_id) or compiler.compile(node, lambda: engine)
        for node in nodes
        if node is not None and node.seed is None
    ]


def write_compiled(project: Workspace, found: Sequence[Compiled]) -> Path:
    """Write compiled SQL where dbt writes it; return the folder."""
    folder = project.root / project.config.target_path / "compiled"
    for compiled in found:
        node = compiled.node
        place = Path(node.package, node.file.path)
        if node.test is not None and node.properties is not None:
            place = Path(node.package, node.properties.file, node.file.relative)
        replace_text(folder / place, compiled.sql)
    return folder


@contextmanager
def preview(project: Workspace, node: Node, engine: Engine) -> Iterator[Stream]:
    """Run a node's SQL as it stands now, for reading; a seed's rows as loaded.

    Raises ExecutionError at the line of the node's file.
    """
    _, compiler = project.plan([node.unique_id])
    compiled = compiler.compile(node, lambda: engine)
    sql = compiled.sql or f"from {node.relation}"
    if node.is_python:  # its function writes, so that a look shows what was built
        sql = f"from {node.relation}"
    with located(compiled, engine):
        yield ask(engine, sql)
