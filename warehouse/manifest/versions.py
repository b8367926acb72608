"""Model versions: one entry of properties, a file for each version."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from warehouse.errors import nearest
from warehouse.manifest.config import merge
from warehouse.project.yaml import Block


@dataclass(frozen=True, slots=True)
class Version:
    """Which version of its model a node is, and which one a plain `ref` means."""

    v: str | int | float
    latest: str | int | float

    @property
    def name(self) -> str:
        """The version as ids and folders have it: v1."""
        return f"v{self.v}"

    @property
    def is_latest(self) -> bool:
        """Whether a `ref` without a version means this one."""
        return str(self.v) == str(self.latest)

    @property
    def age(self) -> str:
        """Which of `latest`, `old` and `prerelease` the version is."""
        if self.is_latest:
            return "latest"
        return "old" if order(self.v) < order(self.latest) else "prerelease"


@dataclass(frozen=True, slots=True)
class Versioned:
    """One version of a model: what its properties come to, and which it is."""

    name: str
    block: Block
    version: Version


def order(v: Any) -> tuple[int, float, str]:
    """Return what versions are compared by: numbers before words.

    >>> sorted([10, "2", "beta"], key=order)
    ['2', 10, 'beta']
    """
    try:
        return 0, float(v), ""
    except ValueError:
        return 1, 0.0, str(v)


def read_versions(block: Block, stems: Mapping[str, Any]) -> dict[str, Versioned]:
    """Return a model's versions by the stems of their files.

    `stems` are those of the package's model files. Raises ConfigError for a version
    without a file or a number.
    """
    name = block.data["name"]
    entries = list(block.items("versions"))
    for entry in entries:
        if not isinstance(entry.data, dict) or entry.get("v") is None:
            raise entry.error(f'a version of "{name}" has no `v`')
    known = [entry.data["v"] for entry in entries]
    latest = block.get("latest_version")
    latest = max(known, key=order) if latest is None else latest
    if str(latest) not in map(str, known):
        raise block.error(
            f'`latest_version` {latest} of "{name}" is none of its versions',
            "latest_version",
            hint=f"versions: {', '.join(map(str, known))}",
        )
    found = {}
    for entry in entries:
        version = Version(entry.data["v"], latest)
        stem = _stem(entry, name, version, stems)
        found[stem] = Versioned(name, _merged(block, entry), version)
    return found


def _stem(entry: Block, name: str, version: Version, stems: Mapping[str, Any]) -> str:
    wanted = str(entry.get("defined_in") or f"{name}_{version.name}")
    candidates = [wanted, name] if version.is_latest else [wanted]
    for stem in candidates:
        if stem in stems:
            return stem
    key = "defined_in" if entry.get("defined_in") else "v"
    raise entry.error(
        f'no file {wanted}.sql for version {version.v} of "{name}"',
        key,
        hint=nearest(wanted, stems),
    )


def _merged(block: Block, entry: Block) -> Block:
    """Return the properties of one version: its own over the model's."""
    data = {k: v for k, v in block.data.items() if k != "versions"}
    own = {k: v for k, v in entry.data.items() if k not in {"v", "defined_in"}}
    config = merge([data.get("config") or {}, own.get("config") or {}])
    data = {**data, **own, "config": config, "name": block.data["name"]}
    members = {"columns": tuple(_columns(block, entry))}
    for key in ("tests", "data_tests"):
        is_own = "tests" in entry.data or "data_tests" in entry.data
        members[key] = tuple((entry if is_own else block).items(key))
    return replace(entry, data=data, members=members)


def _columns(block: Block, entry: Block) -> Iterator[Block]:
    """Yield a version's columns: those it includes of the model's, then its own."""
    own = list(entry.items("columns"))
    filters = [c for c in own if "include" in c.data or "exclude" in c.data]
    named = [c for c in own if c not in filters]
    included: Any = filters[0].get("include", "all") if filters else "all"
    excluded = (filters[0].get("exclude") or ()) if filters else ()
    names = {column.get("name") for column in named}
    for column in block.items("columns"):
        name = column.get("name")
        is_in = included in {"all", "*"} if isinstance(included, str) else None
        if is_in is None:
            is_in = name in (included or ())
        if is_in and name not in excluded and name not in names:
            yield column
    yield from named
