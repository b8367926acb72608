"""Nodes as they were once read, by all that reading them depends on."""

import hashlib
import io
import os
import pickle
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import is_dataclass, replace
from functools import lru_cache
from typing import Any

from warehouse.jinja.invocation import Reading
from warehouse.manifest.nodes import Node
from warehouse.project.files import SourceFile
from warehouse.project.seeds import SeedFile, seed_source
from warehouse.project.yaml import Block

# What may come out of a file that anyone may have put there: records, and no code.
_ROOMS = ("warehouse.manifest.", "warehouse.project.", "warehouse.jinja.relation")
_PLAIN = {
    ("warehouse.errors", "Location"),
    ("builtins", "set"),
    ("builtins", "frozenset"),
    ("datetime", "date"),
    ("datetime", "datetime"),
}


class KeptNodes:
    """The nodes of files, with their tests: those kept from before, and new ones."""

    def __init__(self, content: bytes | None = None) -> None:
        self._kept: dict[str, bytes] = _read(content) or {}
        self._used: dict[str, bytes] = {}
        self.is_new = False

    @staticmethod
    def key(
        package: str, kind: str, file: SourceFile | SeedFile, block: Block | None
    ) -> str:
        """Return what tells a file and its properties from all others.

        What a seed holds says nothing of its node.
        """
        content = "" if isinstance(file, SeedFile) else file.checksum
        said: list[object] = [package, kind, file.path, file.relative, content]
        if block is not None:
            document = block.document
            said += [document.file, _hash_once(document.text), block.path]
        return hash_of(repr(said))

    def get(
        self, key: str, file: SourceFile | SeedFile, reading: Reading
    ) -> Sequence[Node]:
        """Return the node of a file and its tests; none if they must be read anew."""
        data = self._kept.get(key)
        found = None if data is None else _read(data)
        if data is None or found is None:
            return ()
        names, values, nodes = found
        if values != _values(names):
            return ()
        reading.variables.update(names)
        self._used[key] = data
        if isinstance(file, SeedFile):
            own = replace(nodes[0], file=seed_source(file), seed=file)
        else:
            own = replace(nodes[0], file=file)
        return (own, *nodes[1:])

    def put(self, key: str, nodes: Sequence[Node], variables: Iterable[str]) -> None:
        """Remember the node of a file and its tests, and the environment's part."""
        own = replace(nodes[0], file=replace(nodes[0].file, text=""), seed=None)
        names = sorted(variables)
        found = (names, _values(names), (own, *nodes[1:]))
        with suppress(TypeError, AttributeError, pickle.PicklingError):
            self._used[key] = pickle.dumps(found, protocol=5)
            self.is_new = True

    def content(self) -> bytes:
        """Return what to keep: what this command has read."""
        return pickle.dumps(self._used, protocol=5)


def hash_of(text: str) -> str:
    """Return a hash of a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@lru_cache(maxsize=256)
def _hash_once(text: str) -> str:
    """Return a hash of a properties file's text: it may be that of thousands of nodes.

    A text that is the same object costs nothing to find.
    """
    return hash_of(text)


def _values(names: Iterable[str]) -> str:
    return hash_of(repr([os.environ.get(name) for name in names]))


class _Records(pickle.Unpickler):
    """Reads records of ours and plain values; refuses all else."""

    def find_class(self, module: str, name: str) -> Any:
        """Return a class that a record may have."""
        if (module, name) in _PLAIN:
            return super().find_class(module, name)
        found = super().find_class(module, name) if module.startswith(_ROOMS) else None
        if not (isinstance(found, type) and is_dataclass(found)):
            raise pickle.UnpicklingError(f"{module}.{name}")
        return found


def _read(content: bytes | None) -> Any:
    """Return what was written; None for what cannot be read."""
    try:
        return None if content is None else _Records(io.BytesIO(content)).load()
    except Exception:  # noqa: BLE001 - damaged in whichever way: it is only a memory
        return None
