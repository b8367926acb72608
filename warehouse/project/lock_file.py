"""`package-lock.yml`: which packages, of which revision, were installed last."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from warehouse.project.config import Renderer
from warehouse.project.files import read_text, replace_text
from warehouse.project.requirements import Requirement, requirement
from warehouse.project.yaml import parse

LOCK_FILE = "package-lock.yml"
_HASH = "sha1_hash"


@dataclass(frozen=True, slots=True)
class Lock:
    """The packages in the order in which they are installed.

    `checksum` is of what was required when they were found.
    """

    requirements: tuple[Requirement, ...] = ()
    checksum: str | None = None

    def version(self, package: str) -> str | None:
        """Return the version of a hub package."""
        for each in self.requirements:
            if each.place == package and len(each.versions) == 1:
                return each.versions[0]
        return None


def read_lock(root: Path, render: Renderer) -> Lock:
    """Read a project's lock; without the file nothing was installed."""
    path = root / LOCK_FILE
    if not path.exists():
        return Lock()
    block = parse(read_text(path, LOCK_FILE), LOCK_FILE).block()
    found = tuple(requirement(each, render, root) for each in block.items("packages"))
    return Lock(found, block.get(_HASH))


def write_lock(root: Path, entries: Iterable[Mapping[str, Any]], checksum: str) -> None:
    """Write a project's lock, as dbt reads it too."""
    text = yaml.dump(
        {"packages": [dict(entry) for entry in entries], _HASH: checksum},
        Dumper=_Dumper,
    )
    replace_text(root / LOCK_FILE, text)


class _Dumper(yaml.SafeDumper):
    """Lists indented below their key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists too."""
        del indentless
        super().increase_indent(flow, False)
