"""Histories that go from one candidate's database to the next: those of snapshots."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from warehouse.engine.duckdb import DuckDB
from warehouse.engine.literal import literal
from warehouse.engine.protocol import Engine, EngineError
from warehouse.engine.setup import Setup
from warehouse.errors import ReleaseError
from warehouse.manifest.manifest import Manifest
from warehouse.release.candidate import Source
from warehouse.run.histories import SNAPSHOT
from warehouse.run.states import NodeState

OLD = "__old"  # the name of the database that histories come from


@dataclass(frozen=True, slots=True)
class Histories:
    """Carries snapshots' tables over; also of those that the project has no more."""

    manifest: Manifest
    setup: Setup

    def __call__(
        self, into: Path, sources: Sequence[Source]
    ) -> Mapping[str, NodeState]:
        """Copy every history from the first source that can be read.

        Raises ReleaseError when there are sources and none can be: a snapshot that
        began anew would lose its history without a word.
        """
        wanted = self._wanted(sources)
        if not wanted:
            return {}
        is_copy, faults = into.exists(), []
        for source in sources:
            try:
                return self._copy(into, source, wanted)
            except EngineError as error:
                faults.append(f"{source.database}: {error.message}")
        if faults and not is_copy:
            raise ReleaseError(
                "the histories of snapshots cannot be read: " + "; ".join(faults),
                hint="put back a copy of the newest file, or move the home away to "
                "begin without history",
            )
        return {}

    def _wanted(self, sources: Iterable[Source]) -> dict[str, NodeState]:
        """Return the states of all snapshots, the newest known of each."""
        found: dict[str, NodeState] = {}
        for source in sources:
            for unique_id, state in source.states.items():
                if state.resource_type == SNAPSHOT:
                    found.setdefault(unique_id, state)
        for node in self.manifest.nodes.values():
            if node.resource_type == SNAPSHOT:
                state = NodeState(SNAPSHOT, SNAPSHOT, relation_name=str(node.relation))
                found.setdefault(node.unique_id, state)
        return found

    def _copy(
        self, into: Path, source: Source, wanted: Mapping[str, NodeState]
    ) -> dict[str, NodeState]:
        if not source.database.is_file():
            raise EngineError("there is no such file")
        engine = DuckDB.open(into, setup=self.setup)
        try:
            engine.execute(
                f"attach {literal(str(source.database))} as {OLD} (read_only)"
            )
            with engine.transaction():
                return _copied(engine, wanted)
        finally:
            engine.close()


def _copied(engine: Engine, wanted: Mapping[str, NodeState]) -> dict[str, NodeState]:
    there = {
        str(found.include(database=False)): found
        for found in engine.relations()
        if (found.database or "").lower() == OLD and found.is_table
    }
    carried: dict[str, NodeState] = {}
    for unique_id, state in wanted.items():
        old = there.get(state.relation_name or "")
        if old is None:
            continue  # elsewhere, or not taken yet
        new = old.include(database=False)
        engine.execute(f"create schema if not exists {new.include(identifier=False)}")
        engine.execute(f"create or replace table {new} as from {old}")
        carried[unique_id] = replace(state, fingerprint=None)
    return carried
