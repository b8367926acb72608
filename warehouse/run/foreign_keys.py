"""Foreign keys: a table that others refer to cannot be replaced under them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from warehouse.engine.protocol import Engine, EngineError
from warehouse.errors import ExecutionError
from warehouse.jinja.relation import Relation
from warehouse.manifest.manifest import Manifest
from warehouse.manifest.nodes import Node

BACKUP = "__foreign_key_backup_"


@dataclass(frozen=True, slots=True)
class _Detached:
    """A table taken away for a moment: how to make it again, and where its rows are."""

    relation: Relation
    definition: str
    backup: str
    is_rebuilt: bool


class ForeignKeys:
    """Which tables refer to which, as one run finds and declares it.

    Making or dropping a table with a foreign key also changes the table that it refers
    to, so that two such nodes must not be built at once.
    """

    def __init__(
        self, manifest: Manifest, selected: tuple[str, ...], engine: Engine
    ) -> None:
        self._lock = Lock()
        self._selected = frozenset(selected)
        self._nodes = {
            node.relation.key: node
            for node in manifest.nodes.values()
            if node.relation is not None and node.resource_type == "model"
        }
        involved = [relation.key for pair in engine.foreign_keys() for relation in pair]
        for node in self._nodes.values():
            if node.is_contracted and node.targets and node.relation is not None:
                involved.append(node.relation.key)
                found = (manifest[key].relation for key in node.depends_on)
                involved += [target.key for target in found if target is not None]
        self._involved = frozenset(involved)

    @contextmanager
    def alone(self, node: Node) -> Iterator[None]:
        """Build a node while no other one with foreign keys is built."""
        if node.relation is None or node.relation.key not in self._involved:
            yield
            return
        with self._lock:
            yield

    @contextmanager
    def detached(self, engine: Engine, relation: Relation) -> Iterator[None]:
        """Take away the tables that refer to one, and bring them back behind it.

        One that this run builds anew comes back as mere rows, which it replaces; the
        others with their keys. Raises ExecutionError when their rows no longer fit.
        """
        if relation.key not in self._involved:
            yield
            return
        taken = [self._take(engine, found) for found in _referring(engine, relation)]
        yield
        for table in reversed(taken):
            self._bring_back(engine, table, relation)

    def _take(self, engine: Engine, relation: Relation) -> _Detached:
        definition = engine.definition(relation)
        backup = Relation.quoted(f"{BACKUP}{relation.identifier}")
        engine.execute(f"create temp table {backup} as from {relation}")
        engine.execute(f"drop table {relation}")
        node = self._nodes.get(relation.key)
        is_rebuilt = (
            node is not None
            and node.unique_id in self._selected
            and node.materialized == "table"
        )
        return _Detached(relation, definition, backup, is_rebuilt)

    def _bring_back(self, engine: Engine, table: _Detached, target: Relation) -> None:
        source = f"from temp.{table.backup}"
        try:
            if table.is_rebuilt:
                engine.execute(f"create table {table.relation} as {source}")
            else:
                engine.execute(table.definition)
                engine.execute(f"insert into {table.relation} {source}")
        except EngineError as error:
            raise ExecutionError(
                f"{table.relation} refers to rows that {target} has no more: "
                f"{error.message}",
                hint="build both: the one that refers is not part of this run",
            ) from error
        engine.execute(f"drop table temp.{table.backup}")


def _referring(engine: Engine, relation: Relation) -> list[Relation]:
    """List the tables that refer to one, directly or not; the farthest first."""
    pairs = engine.foreign_keys()
    found: dict[Relation, int] = {}
    level, depth = [relation], 0
    while level and depth <= len(pairs):
        depth += 1
        level = [
            child for child, parent in pairs if parent in level and child != parent
        ]
        found |= dict.fromkeys(level, depth)
    return sorted(found, key=lambda child: (-found[child], str(child)))
