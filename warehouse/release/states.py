"""What is known of each node in a candidate: an append-only file of lines."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields, replace
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO

from warehouse.errors import Location, ReleaseError
from warehouse.run.states import NodeState

NAMES = tuple(field.name for field in fields(NodeState))


def state_of(values: Mapping[str, Any]) -> NodeState:
    """Return the state of these JSON values; what a newer engine adds is ignored."""
    needed = (values["resource_type"], values["materialized"])
    return NodeState(*needed, *map(values.get, NAMES[len(needed) :]))


def write_states(path: Path, known: Mapping[str, NodeState]) -> None:
    """Begin a file with the states that a release is known to have."""
    lines = [_line(unique_id, state) for unique_id, state in known.items()]
    path.write_text("".join(lines), encoding="utf-8")


class NodeStates:
    """The states of a candidate's nodes; safe for the threads of one build.

    A killed process loses at most the line it was writing: then that node is unknown
    and is built again. A node is forgotten on disk before its table is touched, so
    that no kill or power cut between the two can make a half-built node look reusable.
    """

    def __init__(
        self,
        path: Path,
        known: Mapping[str, NodeState] | None = None,
        *,
        durable: bool = True,
    ) -> None:
        """Go on with a file; `known` is what is known to stand there."""
        self.run: str | None = None  # by which is built what is recorded from now on
        self._path = path
        self._durable = durable  # else a power cut makes the whole file worthless
        self._lock = Lock()
        self._known = _mended(path) if known is None else dict(known)
        self._file: BinaryIO | None = None

    def get(self, unique_id: str) -> NodeState | None:
        """Return what is known of a node, or None."""
        with self._lock:
            return self._known.get(unique_id)

    def known(self) -> Mapping[str, NodeState]:
        """Return all that is known now, in order of node id."""
        with self._lock:
            return dict(sorted(self._known.items()))

    def forget(self, unique_id: str) -> None:
        """Forget a node that is about to be rebuilt or dropped; on disk on return."""
        with self._lock:
            if unique_id in self._known:
                self._append(_line(unique_id, None), durable=True)
                del self._known[unique_id]

    def doubt(self, unique_id: str) -> None:
        """Keep where a node stands, but not as what; on disk on return.

        For what must not be lost sight of, as a snapshot's history under an old name.
        """
        with self._lock:
            state = self._known.get(unique_id)
            if state is not None:
                doubted = replace(state, fingerprint=None)
                self._append(_line(unique_id, doubted), durable=True)
                self._known[unique_id] = doubted

    def record(self, unique_id: str, state: NodeState) -> None:
        """Remember a node whose table is committed."""
        if state.run is None:
            state = replace(state, run=self.run)
        with self._lock:
            self._known[unique_id] = state
            self._append(_line(unique_id, state), durable=False)

    def close(self) -> None:
        """Close the file; the next word opens it again."""
        with self._lock:
            if self._file is not None:
                with suppress(OSError):  # what a full disk refuses has been told
                    self._file.close()
                self._file = None

    def _append(self, line: str, *, durable: bool) -> None:
        if self._file is None:
            self._file = self._path.open("ab")
        self._file.write(line.encode())
        self._file.flush()
        if durable and self._durable:
            os.fsync(self._file.fileno())


def _line(unique_id: str, state: NodeState | None) -> str:
    values = None if state is None else {name: getattr(state, name) for name in NAMES}
    return json.dumps({"unique_id": unique_id, "state": values}) + "\n"


def _mended(path: Path) -> dict[str, NodeState]:
    """Return the states; cut off a last line that a kill left unfinished."""
    text = path.read_bytes()
    whole = text.rfind(b"\n") + 1
    if whole < len(text):
        os.truncate(path, whole)
    return read_states(path)


def read_states(path: Path) -> dict[str, NodeState]:
    """Replay a file's lines; whoever writes it may be in the middle of the last one."""
    text = path.read_bytes()
    whole = text.rfind(b"\n") + 1
    known: dict[str, NodeState] = {}
    for number, line in enumerate(text[:whole].splitlines(), start=1):
        try:
            entry = json.loads(line)
            unique_id, state = entry["unique_id"], entry["state"]
            known.pop(unique_id, None)
            if state is not None:
                known[unique_id] = state_of(state)
        except (KeyError, TypeError, ValueError) as error:
            place = Location(str(path), number)
            raise ReleaseError(f"damaged: {error}", location=place) from error
    return known
