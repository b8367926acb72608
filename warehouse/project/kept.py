"""What a command leaves for later ones in the target folder: nothing of it is needed.

Whatever cannot be read or written, or was left by another engine, is as if not there.
"""

import hashlib
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from warehouse.project import inputs
from warehouse.secrets import redact

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
STAMP = 32  # bytes of hash before the content


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


def recall(path: Path, stamp: bytes) -> bytes | None:
    """Return what was kept under a stamp; None for any other."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    return content[STAMP:] if content[:STAMP] == stamp else None


def keep(path: Path, stamp: bytes, content: bytes) -> None:
    """Leave something for later; whoever reads sees all of it or the old one.

    Nothing is left in which a secret stands.
    """
    text = content.decode("utf-8", "surrogateescape")
    if redact(text) != text:
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(stamp + content)
        temporary.replace(path)
