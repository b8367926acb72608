"""dbt's selection: from a tree of terms, through set algebra, to node ids.

A space unites, a comma intersects; `+a`, `a+`, `2+a`, `a+1` and `@a` reach along the
graph; `method:value` chooses how to match. Tests come along with what they read.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from warehouse.errors import nearest
from warehouse.manifest.criteria import (
    Criterion,
    Group,
    Spec,
    read_criterion,
    read_union,
)
from warehouse.manifest.manifest import Manifest
from warehouse.manifest.previous import STATE_METHODS, NoPrevious
from warehouse.manifest.selector_methods import METHODS

Ids = set[str]


@dataclass(frozen=True, slots=True)
class Selector:
    """Evaluates selections over a manifest.

    `indirect` is dbt's mode for tests: eager takes a test with any node that it reads,
    cautious only with all of them, buildable with them or their upstream, empty none.
    """

    manifest: Manifest
    previous: NoPrevious = field(default_factory=NoPrevious)
    indirect: str = "eager"

    def chosen(self, spec: Spec) -> Ids:
        """Return the ids that a selection chooses."""
        return self._evaluate(spec)[0]

    def _evaluate(self, spec: Spec) -> tuple[Ids, Ids]:
        """Return what is chosen, and the tests that wait for more of their upstream."""
        if isinstance(spec, Criterion):
            return self._with_tests(self._reached(spec), spec.indirect or self.indirect)
        pairs = [self._evaluate(member) for member in spec.members]
        direct = _combined(spec, [found for found, _ in pairs])
        waiting = _combined(spec, [found | tests for found, tests in pairs])
        if spec.is_said:
            direct |= self._completed(direct, waiting)
        return direct, waiting

    def _reached(self, criterion: Criterion) -> Ids:
        """Return what a term matches, with what it reaches along the graph."""
        found, graph = self._matched(criterion), self.manifest.graph
        reached = set(found)
        if criterion.is_at:
            users = graph.descendants(found) | found
            return users | graph.ancestors(users)
        if criterion.upstream != 0:
            reached |= graph.ancestors(found, criterion.upstream)
        if criterion.downstream != 0:
            reached |= graph.descendants(found, criterion.downstream)
        return reached

    def _matched(self, criterion: Criterion) -> Ids:
        everything = (*self.manifest.nodes, *self.manifest.sources)
        if criterion.method in STATE_METHODS:
            wanted = ".".join(filter(None, (criterion.value, criterion.argument)))
            ids = self.previous.chosen(self.manifest, criterion.method, wanted)
            return {unique_id for unique_id in everything if unique_id in ids}
        matches = METHODS[criterion.method]
        return {
            unique_id
            for unique_id in everything
            if matches(self.manifest[unique_id], criterion.value, criterion.argument)
        }

    def _with_tests(self, found: Ids, mode: str) -> tuple[Ids, Ids]:
        """Add the tests of what was found, as far as the mode takes them."""
        if mode == "empty":
            return found, set()
        tests = {t.unique_id for key in found for t in self.manifest.tests_of(key)}
        if mode == "eager":
            return found | tests, set()
        there = self._there(found, mode)
        taken = {key for key in tests if self._needs(key) <= there}
        return found | taken, tests - taken

    def _completed(self, direct: Ids, waiting: Ids) -> Ids:
        """Return the waiting tests whose upstream has come together."""
        if self.indirect not in {"cautious", "buildable"}:
            return set()
        there = self._there(direct, self.indirect)
        return {
            key
            for key in waiting - direct
            if key in self.manifest.nodes and self._needs(key) <= there
        }

    def _there(self, found: Ids, mode: str) -> Ids:
        if mode != "buildable":
            return found
        above = self.manifest.graph.ancestors(found)
        return found | above | set(self.manifest.sources)

    def _needs(self, unique_id: str) -> Ids:
        return set(self.manifest[unique_id].depends_on)


def _combined(group: Group, sets: Sequence[Ids]) -> Ids:
    if not sets:
        return set()
    if group.kind == "union":
        return set.union(*sets)
    if group.kind == "intersection":
        return set.intersection(*sets)
    return set.difference(*sets)


def select(
    manifest: Manifest,
    selected: Sequence[str] = (),
    excluded: Sequence[str] = (),
    types: Iterable[str] | None = None,
) -> tuple[str, ...]:
    """Return the ids that are selected and not excluded, in the manifest's order.

    Nothing selected selects everything. `types` keeps only these resource types. Raises
    UsageError.
    """
    return select_with(Selector(manifest), None, selected, excluded, types)


def select_with(
    selector: Selector,
    spec: Spec | None,
    selected: Sequence[str],
    excluded: Sequence[str],
    types: Iterable[str] | None = None,
) -> tuple[str, ...]:
    """Select as `select`, or what the named selector `spec` says."""
    manifest = selector.manifest
    everything = {*manifest.nodes, *manifest.sources}
    if spec is not None:
        chosen = selector.chosen(spec)
    elif selected:
        chosen = selector.chosen(_difference(selected, excluded))
    else:
        chosen = everything - _chosen(selector, excluded)
    kept = None if types is None else set(types)
    return tuple(
        unique_id
        for unique_id in manifest.order
        if unique_id in chosen
        and (kept is None or manifest[unique_id].resource_type in kept)
    )


def _difference(selected: Sequence[str], excluded: Sequence[str]) -> Spec:
    if not excluded:
        return read_union(selected)
    return Group("difference", (read_union(selected), read_union(excluded)))


def _chosen(selector: Selector, texts: Sequence[str]) -> Ids:
    return selector.chosen(read_union(texts)) if texts else set()


def unmatched(selector: Selector, texts: Sequence[str]) -> list[str]:
    """Return the terms that select nothing, each with the nearest name."""
    names = [node.name for node in selector.manifest.nodes.values()]
    return [
        f'the selector "{term}" matches nothing'
        + (f"; {hint}" if (hint := nearest(_bare(term), names)) else "")
        for text in texts
        for term in text.split()
        if not _chosen(selector, [term])
    ]


def _bare(term: str) -> str:
    return read_criterion(term.split(",", maxsplit=1)[0]).value
