"""dbt's selection syntax: from text through criteria and set algebra to node ids.

A space unites, a comma intersects; `+a`, `a+`, `2+a`, `a+1` and `@a` reach along the
graph; `method:value` chooses how to match.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Any

from warehouse.errors import UsageError, nearest
from warehouse.manifest.manifest import Manifest
from warehouse.manifest.nodes import Node, Source

_CRITERION = re.compile(
    r"(?P<at>@)?(?P<up>\d*\+)?"
    r"(?:(?P<method>[a-z_]+(?:\.[\w.-]+)?):)?(?P<value>[^+@]*?)(?P<down>\+\d*)?"
)
Matcher = Callable[[Node | Source, str, str], bool]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One term of a selection; depths are None for "all the way", 0 for "no step"."""

    method: str
    argument: str
    value: str
    upstream: int | None = 0
    downstream: int | None = 0
    is_at: bool = False


def read_criterion(text: str) -> Criterion:
    """Read one term.

    >>> read_criterion("2+tag:nightly")
    Criterion(method='tag', argument='', value='nightly', upstream=2, downstream=0, \
is_at=False)

    Raises UsageError for what is no term, or an unknown method.
    """
    match = _CRITERION.fullmatch(text)
    if match is None or not match["value"]:
        raise UsageError(f'cannot read the selector "{text}"')
    method, _, argument = (match["method"] or "").partition(".")
    if not method:
        is_path = "/" in match["value"]
        is_file = match["value"].endswith((".sql", ".py", ".csv", ".yml"))
        method = "path" if is_path else "file" if is_file else "fqn"
    if method not in _METHODS:
        raise UsageError(
            f'unknown selector method "{method}" in "{text}"',
            hint=nearest(method, _METHODS) or f"methods: {', '.join(sorted(_METHODS))}",
        )
    return Criterion(
        method=method,
        argument=argument,
        value=match["value"],
        upstream=_depth(match["up"]),
        downstream=_depth(match["down"]),
        is_at=match["at"] is not None,
    )


def _depth(text: str | None) -> int | None:
    if text is None:
        return 0
    steps = text.strip("+")
    return int(steps) if steps else None


def select(
    manifest: Manifest,
    selected: Sequence[str] = (),
    excluded: Sequence[str] = (),
    types: Iterable[str] | None = None,
) -> tuple[str, ...]:
    """Return the ids that are selected and not excluded, in the manifest's order.

    Nothing selected selects everything. A test comes along with any node that it reads
    (dbt's eager mode). `types` keeps only these resource types. Raises UsageError.
    """
    everything = {*manifest.nodes, *manifest.sources}
    chosen = _union(manifest, selected) if selected else everything
    chosen -= _union(manifest, excluded)
    kept = None if types is None else set(types)
    return tuple(
        unique_id
        for unique_id in manifest.order
        if unique_id in chosen
        and (kept is None or manifest[unique_id].resource_type in kept)
    )


def _union(manifest: Manifest, texts: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for text in texts:
        if not text.strip():
            raise UsageError("a selector is empty", hint="leave the flag out for all")
        for term in text.split():
            parts = [_match(manifest, read_criterion(p)) for p in term.split(",")]
            found |= set.intersection(*parts)
    return found


def _match(manifest: Manifest, criterion: Criterion) -> set[str]:
    """Return the ids that one term selects, with those that it reaches, and tests.

    Tests come in here and not at the end: `orders,test_type:generic` are tests.
    """
    matches = _METHODS[criterion.method]
    found = {
        unique_id
        for unique_id in (*manifest.nodes, *manifest.sources)
        if matches(manifest[unique_id], criterion.value, criterion.argument)
    }
    graph = manifest.graph
    if criterion.is_at:
        users = graph.descendants(found) | found
        return _with_tests(manifest, users | graph.ancestors(users))
    reached = set(found)
    if criterion.upstream != 0:
        reached |= graph.ancestors(found, criterion.upstream)
    if criterion.downstream != 0:
        reached |= graph.descendants(found, criterion.downstream)
    return _with_tests(manifest, reached)


def _with_tests(manifest: Manifest, chosen: set[str]) -> set[str]:
    tests = {test.unique_id for key in chosen for test in manifest.tests_of(key)}
    return chosen | tests


def unmatched(manifest: Manifest, texts: Sequence[str]) -> list[str]:
    """Return the terms that select nothing, each with the nearest name."""
    names = [node.name for node in manifest.nodes.values()]
    return [
        f'the selector "{term}" matches nothing'
        + (f"; {hint}" if (hint := nearest(_bare(term), names)) else "")
        for text in texts
        for term in text.split()
        if not _union(manifest, [term])
    ]


def _bare(term: str) -> str:
    return read_criterion(term.split(",", maxsplit=1)[0]).value


def _by_fqn(node: Node | Source, value: str, _: str) -> bool:
    """Match a name, a folder with all below it, or a dotted path; `*` and `?` work.

    As in dbt, sources are selected by their own method only.
    """
    if isinstance(node, Source):
        return False
    is_versioned = node.version is not None and node.unit is None
    if fnmatchcase(node.fqn[-2] if is_versioned else node.fqn[-1], value):
        return True
    if is_versioned and value in {".".join(node.fqn[-2:]), "_".join(node.fqn[-2:])}:
        return True
    wanted = value.split(".")
    for fqn in (node.fqn, node.fqn[1:]):
        parts = zip(fqn, wanted, strict=False)
        if len(fqn) >= len(wanted) and all(fnmatchcase(*pair) for pair in parts):
            return True
    return False


def _by_path(node: Node | Source, value: str, _: str) -> bool:
    """Match a file, a folder above it, or the properties file that describes it."""
    path = PurePosixPath(_file(node))
    wanted = PurePosixPath(value)
    properties = (
        node.properties.file if isinstance(node, Node) and node.properties else ""
    )
    files = (path, PurePosixPath(properties))
    return wanted in (*files, *path.parents) or any(f.match(str(wanted)) for f in files)


def _by_file(node: Node | Source, value: str, _: str) -> bool:
    path = PurePosixPath(_file(node))
    return fnmatchcase(path.name, value) or fnmatchcase(path.stem, value)


def _file(node: Node | Source) -> str:
    return node.file.path if isinstance(node, Node) else node.location.file


def _by_source(node: Node | Source, value: str, _: str) -> bool:
    if not isinstance(node, Source):
        return False
    full = (node.package, node.source_name, node.name)
    wanted = value.split(".")
    starts = [full, full[1:]] if len(wanted) < 3 else [full]
    return any(
        all(fnmatchcase(*pair) for pair in zip(start, wanted, strict=False))
        for start in starts
    )


def _by_tag(node: Node | Source, value: str, _: str) -> bool:
    return any(fnmatchcase(tag, value) for tag in node.tags)


def _by_config(node: Node | Source, value: str, argument: str) -> bool:
    found: Any = node.config
    for key in argument.split("."):
        found = found.get(key) if isinstance(found, Mapping) else None
    members = found if isinstance(found, list | tuple) else [found]
    return any(fnmatchcase(_text(member), value) for member in members)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _by_resource_type(node: Node | Source, value: str, _: str) -> bool:
    return node.resource_type == value


def _by_package(node: Node | Source, value: str, _: str) -> bool:
    return fnmatchcase(node.package, value)


def _by_test_name(node: Node | Source, value: str, _: str) -> bool:
    if isinstance(node, Node) and node.unit is not None:
        return fnmatchcase(node.name, value)
    test = node.test if isinstance(node, Node) else None
    return test is not None and fnmatchcase(test.name, value)


def _by_test_type(node: Node | Source, value: str, _: str) -> bool:
    if not isinstance(node, Node) or not node.is_test:
        return False
    if node.unit is not None:
        return value == "unit"
    kind = "generic" if node.test is not None else "singular"
    return value in {kind, "data", "schema" if kind == "generic" else kind}


def _by_unit_test(node: Node | Source, value: str, _: str) -> bool:
    return isinstance(node, Node) and node.unit is not None and _named(node, value)


def _named(node: Node | Source, value: str) -> bool:
    """Match a name, or a package and a name."""
    package, _, name = value.rpartition(".")
    return fnmatchcase(node.name, name) and fnmatchcase(node.package, package or "*")


def _by_kind(kind: str) -> Matcher:
    """Return what matches a kind of declared node by name."""

    def match(node: Node | Source, value: str, _: str) -> bool:
        return node.resource_type == kind and _named(node, value)

    return match


def _by_group(node: Node | Source, value: str, _: str) -> bool:
    group = node.config.get("group")
    return group is not None and fnmatchcase(str(group), value)


def _by_access(node: Node | Source, value: str, _: str) -> bool:
    return isinstance(node, Node) and _is_model(node) and node.access == value


def _by_version(node: Node | Source, value: str, _: str) -> bool:
    """Match `latest`, `old`, `prerelease`, or `none` for a model without versions."""
    if value not in {"latest", "old", "prerelease", "none"}:
        raise UsageError(
            f'no version selector "{value}": latest, old, prerelease, none'
        )
    if not isinstance(node, Node) or not _is_model(node):
        return False
    return value == ("none" if node.version is None else node.version.age)


def _is_model(node: Node) -> bool:
    return node.resource_type == "model"


_METHODS: Mapping[str, Matcher] = {
    "fqn": _by_fqn,
    "path": _by_path,
    "file": _by_file,
    "source": _by_source,
    "tag": _by_tag,
    "config": _by_config,
    "resource_type": _by_resource_type,
    "package": _by_package,
    "test_name": _by_test_name,
    "test_type": _by_test_type,
    "unit_test": _by_unit_test,
    "exposure": _by_kind("exposure"),
    "metric": _by_kind("metric"),
    "semantic_model": _by_kind("semantic_model"),
    "saved_query": _by_kind("saved_query"),
    "group": _by_group,
    "access": _by_access,
    "version": _by_version,
}
