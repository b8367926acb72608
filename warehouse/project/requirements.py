"""`packages.yml` and `dependencies.yml`: the packages that a project requires."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha1
from pathlib import Path
from typing import Any

from warehouse.errors import ConfigError, nearest
from warehouse.project.config import Renderer
from warehouse.project.files import read_text
from warehouse.project.yaml import Block, parse

PACKAGES_FILE = "packages.yml"
DEPENDENCIES_FILE = "dependencies.yml"

# What an entry of each kind may say, and what dbt fills in where it says nothing.
_GIT = {"revision": None, "warn-unpinned": None, "subdirectory": None}
_KINDS: Mapping[str, Mapping[str, Any]] = {
    "local": {},
    "git": _GIT,
    "tarball": {},
    "package": {"install_prerelease": False},
}
_OTHERS = {"package": {"version"}}


@dataclass(frozen=True, slots=True)
class Requirement:
    """One entry: a package, and where it comes from.

    `kind` is local, git, tarball or package (of dbt's hub), `place` the value under
    that key; `entry` is the whole with its expressions evaluated, `block` as written.
    `folder` is where relative paths begin.
    """

    kind: str
    place: str
    entry: Mapping[str, Any]
    block: Block = field(compare=False)
    folder: Path

    @property
    def key(self) -> str:
        """What two entries share that mean the same package."""
        place = self.place.removesuffix(".git") if self.kind == "git" else self.place
        return "/".join(filter(None, [place, self.subdirectory]))

    @property
    def name(self) -> str | None:
        """The package's name, where the entry says it."""
        if self.kind == "package":
            return self.place.rpartition("/")[2]
        return self.entry.get("name")

    @property
    def revision(self) -> str | None:
        """The branch, tag or commit of a git repository."""
        revision = self.entry.get("revision")
        return None if revision is None else str(revision)

    @property
    def subdirectory(self) -> str | None:
        """The package's folder in its git repository, if it is not the top."""
        return self.entry.get("subdirectory")

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions or ranges of a hub package."""
        said = self.entry.get("version", ())
        return tuple(map(str, said)) if isinstance(said, list) else (str(said),)

    def error(self, message: str, hint: str | None = None) -> ConfigError:
        """Return an error that points at this entry."""
        return self.block.error(message, self.kind, hint=hint)


def read_requirements(
    root: Path, render: Renderer, within: Path | None = None
) -> tuple[Requirement, ...]:
    """Read what the package in `root` requires; nothing without such a file.

    Files are named as below `within`, or `root`. Raises ConfigError for a fault in it.
    """
    blocks = {
        name: _block(root / name, (root / name).relative_to(within or root).as_posix())
        for name in (PACKAGES_FILE, DEPENDENCIES_FILE)
        if (root / name).exists()
    }
    stated = [name for name, block in blocks.items() if block.get("packages")]
    if len(stated) > 1:
        raise blocks[DEPENDENCIES_FILE].error(
            f"`packages` stands in {PACKAGES_FILE} too", "packages"
        )
    if not stated:
        return ()
    # dbt evaluates expressions in the first file alone.
    shown = render if stated[0] == PACKAGES_FILE else lambda value: value
    return tuple(
        requirement(block, shown, root) for block in blocks[stated[0]].items("packages")
    )


def _block(path: Path, shown: str) -> Block:
    block = parse(read_text(path, shown), shown).block()
    if block.data is not None and not isinstance(block.data, dict):
        raise block.error("the file must be a mapping, with a list `packages`")
    return block


def requirement(block: Block, render: Renderer, folder: Path) -> Requirement:
    """Read one entry of the list. Raises ConfigError for what cannot be one."""
    entry = block.rendered(render)
    if not isinstance(entry, dict):
        raise block.error("a package is a mapping: `local:`, `git:`, `tarball:` or …")
    kinds = [key for key in _KINDS if key in entry]
    if "private" in entry:
        raise block.error(
            "dbt Cloud's private packages cannot be had here",
            hint="say `git:` with the repository's address",
        )
    if len(kinds) != 1:
        hint = next(filter(None, (nearest(str(key), _KINDS) for key in entry)), None)
        raise block.error(
            f"a package says one of {', '.join(f'`{key}`' for key in _KINDS)}",
            hint=hint,
        )
    _check(block, kinds[0], entry)
    return Requirement(kinds[0], entry[kinds[0]], entry, block, folder)


def _check(block: Block, kind: str, entry: Mapping[str, Any]) -> None:
    known = {kind, "name", *_KINDS[kind], *_OTHERS.get(kind, ())}
    for key in entry:
        if key not in known:
            raise block.error(
                f"unknown key `{key}` of a `{kind}` package",
                str(key),
                hint=nearest(str(key), known),
            )
    place = entry[kind]
    if not isinstance(place, str) or not place:
        raise block.error(f"`{kind}` must be a text", kind)
    if kind == "package" and ("/" not in place or not entry.get("version")):
        raise block.error(
            f'a hub package says who publishes it, and its `version`: "{place}"', kind
        )
    if kind == "tarball" and not entry.get("name"):
        raise block.error("a `tarball` needs a `name`", kind)


def checksum(requirements: Iterable[Requirement]) -> str:
    """Return the hash by which package-lock.yml knows the list; it is dbt's."""
    texts = sorted(json.dumps(_said(each), sort_keys=True) for each in requirements)
    return sha1("\n".join(texts).encode(), usedforsecurity=False).hexdigest()


def _said(requirement: Requirement) -> dict[str, Any]:
    filled = {**_KINDS[requirement.kind], **requirement.entry}
    return {**filled, "unrendered": requirement.block.data}


def missing_packages(
    root: Path, installed: Path, render: Renderer
) -> Iterator[Requirement]:
    """Yield what is required where fewer packages are installed, as dbt counts them."""
    required = read_requirements(root, render)
    count = len(list(installed.iterdir())) if installed.is_dir() else 0
    if count < len(required):
        yield from required
