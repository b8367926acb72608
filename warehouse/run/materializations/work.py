"""What a materialization has in hand, and what each of them needs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from warehouse.compiler.batches import Batch
from warehouse.compiler.compile import Compiler
from warehouse.compiler.compiled import Compiled
from warehouse.engine.protocol import Engine
from warehouse.errors import CompileError
from warehouse.jinja.relation import Relation
from warehouse.manifest.nodes import Node
from warehouse.project.swaps import Swaps
from warehouse.run.foreign_keys import ForeignKeys


@dataclass(slots=True)
class Effect:
    """Whether a run has changed its table; None while nobody has looked."""

    has_changed: bool | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """One node to build on one connection.

    `frame` is what a Python model returned; `swaps` are undone when the build fails.
    `batch` is the part of it that is being built, if it is built in parts. `effect` is
    there when somebody asks whether an incremental run changed anything.
    """

    engine: Engine
    compiler: Compiler
    compiled: Compiled
    relation: Relation
    keys: ForeignKeys
    frame: Any = None
    swaps: Swaps = field(default_factory=Swaps)
    batch: Batch | None = None
    effect: Effect | None = None

    @property
    def node(self) -> Node:
        """The node that is built."""
        return self.compiled.node

    @contextmanager
    def rows(self) -> Iterator[str]:
        """Yield the SQL that gives the node's rows: its query, or its frame's name."""
        if self.node.is_python:
            with self.engine.named(self.frame) as sql:
                yield sql
        else:
            yield self.query()

    def query(self) -> str:
        """Return the node's SQL. Raises CompileError when there is none in the file."""
        form = self.compiled.form
        if form is None or not form.is_query:
            raise CompileError(
                f"{self.node.name} is empty: there is no query in it",
                location=self.node.file.location(),
                hint="write one, or switch the model off with config(enabled=false)",
            )
        return self.compiled.sql


# Puts a node into the database; returns its row count where that is known.
Materialization = Callable[[Work], int | None]
