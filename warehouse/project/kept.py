"""What a command leaves for later ones in the target folder: nothing of it is needed.

Whatever cannot be read or written, or was left by another engine, is as if not there.
"""

import hashlib
import pickle
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO, NoReturn
from zlib import crc32

from warehouse.project import inputs
from warehouse.project.files import replacing
from warehouse.secrets import has_secrets, shows_secret

PARTS = (
    "duckdb",
    "_duckdb",
    "sqlglot",
    "sqlglotc",
    "jinja2",
    "yaml",
    "pyarrow",
    "pytz",
)
FOLDER = "kept"
STAMP = 32  # bytes of hash before the content, and behind it what tells damage
CHECK = 4
PIECE = 1 << 20


class Memory:
    """Plain values by keys: those of earlier commands, and new ones.

    Of a file whose stamp is another nothing is taken. Without a path it is forgotten.
    """

    def __init__(self, path: Path | None = None, stamp: bytes = b"") -> None:
        self._path = path
        self._stamp = stamp
        self._kept = {} if path is None else _recalled(path, stamp)
        self._used: dict[str, Any] = {}
        self._is_new = False

    def get(self, key: str) -> Any:
        """Return a value, or None."""
        if key not in self._used and key in self._kept:
            self._used[key] = self._kept[key]
        return self._used.get(key)

    def put(self, key: str, value: object) -> None:
        """Remember a value: numbers, texts, bytes, tuples and the like."""
        self._used[key] = value
        self._is_new = True

    def save(self, most: int) -> None:
        """Leave what was used, and all that was kept if that is no more than `most`.

        Whoever reads sees all of it or the old one.
        """
        if self._path is None or not self._is_new:
            return
        kept = self._kept if len(self._kept) <= most else {}
        _keep(self._path, self._stamp, {**kept, **self._used})


class _Plain(pickle.Unpickler):
    """Reads what may come out of a file that anyone may have put there: no code."""

    def find_class(self, module: str, name: str) -> NoReturn:
        """Refuse whatever is more than a plain value."""
        raise pickle.UnpicklingError(f"{module}.{name}")


@cache
def engine() -> dict[str, inputs.Look]:
    """Return how our own files look, and the first of each part's."""
    own = str(Path(__file__).parents[1])
    origins = (spec.origin for spec in map(find_spec, PARTS) if spec is not None)
    found, _ = inputs.look([own, *(origin for origin in origins if origin)])
    return {path: seen for path, seen in found.items() if "__pycache__" not in path}


def stamp(values: Iterable[object]) -> bytes:
    """Return what tells this engine and these values from others."""
    said = (sys.version, sorted(engine().items()), *values)
    return hashlib.sha256(repr(said).encode()).digest()


def _recalled(path: Path, stamp: bytes) -> dict[str, Any]:
    """Return what was kept under a stamp; nothing for any other, or for damage."""
    try:
        with path.open("rb") as file:
            head = file.read(STAMP + CHECK)
            if head[:STAMP] != stamp or head[STAMP:] != _check(file):
                return {}
            file.seek(STAMP + CHECK)
            found = _Plain(file).load()
    except Exception:  # noqa: BLE001 - whatever is wrong with it: it is only a memory
        return {}
    return found if isinstance(found, dict) else {}


def _check(file: BinaryIO) -> bytes:
    """Return what tells damage in the rest of a file."""
    check = 0
    while piece := file.read(PIECE):
        check = crc32(piece, check)
    return check.to_bytes(CHECK, "big")


class _Writer:
    """Writes what pickle gives it, which is never all in memory."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._check = 0

    def write(self, data: bytes | memoryview) -> None:
        """Write a piece, and count it in."""
        self._check = crc32(data, self._check)
        self._file.write(data)

    def check(self) -> bytes:
        """Return what tells damage in all that was written."""
        return self._check.to_bytes(CHECK, "big")


def _keep(path: Path, stamp: bytes, values: Mapping[str, Any]) -> None:
    """Replace a file, unless a secret would stand in it."""
    if has_secrets() and shows_secret(pickle.dumps(values, protocol=5)):
        return
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as temporary, temporary.open("wb") as file:
            file.write(stamp + bytes(CHECK))
            writer = _Writer(file)
            pickle.Pickler(writer, protocol=5).dump(values)
            file.seek(STAMP)
            file.write(writer.check())
