"""What SQL may reach beyond its own database: declared files and folders."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_REMOTE = "://"
_PATTERN = "*?["


@dataclass(frozen=True, slots=True)
class Reach:
    """Files, and folders with all below them; absolute, or with a remote prefix."""

    folders: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


def reach(root: Path, declared: Iterable[str]) -> Reach:
    """Return what paths of a project stand for; relative ones count from `root`.

    A folder is what is one, or ends in a slash. A pattern stands for itself and for
    what it finds now, not for the folder that it looks into.
    """
    folders: dict[str, None] = {}
    files: dict[str, None] = {}
    for written in declared:
        is_folder, places = _places(root, written)
        (folders if is_folder else files).update(dict.fromkeys(places))
    return Reach(tuple(folders), tuple(files))


def is_below(path: Path, folders: Iterable[Path]) -> bool:
    """Whether a file is, behind all links, in one of these folders."""
    real = path.resolve()
    return any(real.is_relative_to(folder.resolve()) for folder in folders)


def _places(root: Path, written: str) -> tuple[bool, list[str]]:
    """Return whether a path is a folder, and all that the database may call it."""
    pattern = min((written.find(c) for c in _PATTERN if c in written), default=-1)
    if _REMOTE in written:
        # Of a remote pattern nobody can list the matches: all below its folder.
        if pattern >= 0:
            written = written[: written.rfind("/", 0, pattern) + 1]
        return written.endswith("/"), [written]
    path = Path(written).expanduser()
    is_folder = written.endswith("/") or (root / path).is_dir()
    found = [root / path]
    if pattern >= 0:
        place = root / path
        found += Path(place.anchor).glob(str(place.relative_to(place.anchor)))
    names = [name for place in found for name in _names(root, place)]
    return is_folder, [f"{name}/" if is_folder else str(name) for name in names]


def _names(root: Path, path: Path) -> Iterator[Path]:
    """Yield a place as written, behind links, and below the current folder.

    DuckDB asks for a relative path in the current folder first, and is refused there
    before it comes to the project's; where nothing is, there is nothing to protect.
    """
    yield path
    yield path.resolve()
    if path.is_relative_to(root):
        other = Path.cwd() / path.relative_to(root)
        if not other.exists():
            yield other
