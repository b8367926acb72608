"""Nodes as they were once read, by all that reading them depends on."""

import hashlib
import io
import pickle
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from functools import cache, lru_cache
from importlib import import_module
from operator import attrgetter
from typing import Any

from warehouse.jinja.invocation import Reading, values_of
from warehouse.manifest.nodes import Node
from warehouse.project.files import SourceFile
from warehouse.project.kept import Memory
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

    def __init__(self, memory: Memory | None = None) -> None:
        self.memory = memory or Memory()
        # Of each node what tells all that reading it depended on.
        self.origins: dict[str, str] = {}

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
        data = self.memory.get(key)
        found = None if data is None else _read(data)
        if found is None:
            return ()
        names, values, nodes = found
        if values != values_of(names):
            return ()
        reading.variables.update(names)
        self._know(key, values, nodes)
        if isinstance(file, SeedFile):
            own = nodes[0].replaced(file=seed_source(file), seed=file)
        else:
            own = nodes[0].replaced(file=file)
        return (own, *nodes[1:])

    def put(self, key: str, nodes: Sequence[Node], variables: Iterable[str]) -> None:
        """Remember the node of a file and its tests, and the environment's part."""
        file = replace(nodes[0].file, text="")
        own = nodes[0].replaced(file=file, seed=None)
        names = sorted(variables)
        values = values_of(names)
        found = (names, values, (own, *nodes[1:]))
        with suppress(TypeError, AttributeError, pickle.PicklingError):
            self.memory.put(key, _written(found))
            self._know(key, values, nodes)

    def _know(self, key: str, values: str, nodes: Iterable[Node]) -> None:
        origin = f"{key} {values}"
        self.origins.update((node.unique_id, origin) for node in nodes)


def hash_of(text: str) -> str:
    """Return a hash of a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@lru_cache(maxsize=256)
def _hash_once(text: str) -> str:
    """Return a hash of a properties file's text: it may be that of thousands of nodes.

    A text that is the same object costs nothing to find.
    """
    return hash_of(text)


@cache
def _values(kind: type) -> Callable[[Any], tuple[Any, ...]]:
    """Return what takes a record's values, in the order in which its class does."""
    names = [field.name for field in fields(kind)]
    if len(names) == 1:
        return lambda record: (getattr(record, names[0]),)
    return attrgetter(*names)


class _Writer(pickle.Pickler):
    """Writes a record as a call of its class: read three times as fast as a state."""

    def reducer_override(self, record: Any) -> Any:
        """Return how to make a record again; leave all else to pickle."""
        kind = type(record)
        values = _values(kind) if is_dataclass(kind) else None
        return NotImplemented if values is None else (kind, values(record))


class _Records(pickle.Unpickler):
    """Reads records of ours and plain values; refuses all else."""

    def find_class(self, module: str, name: str) -> Any:
        """Return a class that a record may have."""
        return _class(module, name)


@cache
def _class(module: str, name: str) -> Any:
    """Return a class that a record may have; raise UnpicklingError for any other."""
    is_plain = (module, name) in _PLAIN
    if not is_plain and not module.startswith(_ROOMS):
        raise pickle.UnpicklingError(f"{module}.{name}")
    found = getattr(import_module(module), name, None)
    if not isinstance(found, type) or not (is_plain or is_dataclass(found)):
        raise pickle.UnpicklingError(f"{module}.{name}")
    return found


def _written(value: object) -> bytes:
    stream = io.BytesIO()
    _Writer(stream, protocol=5).dump(value)
    return stream.getvalue()


def _read(content: bytes) -> Any:
    """Return what was written; None for what cannot be read."""
    try:
        return _Records(io.BytesIO(content)).load()
    except Exception:  # noqa: BLE001 - damaged in whichever way: it is only a memory
        return None
