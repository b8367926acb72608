"""A directed acyclic graph of names; it knows nothing of what they stand for."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from heapq import heapify, heappop, heappush


class CycleError(Exception):
    """The edges go round; `path` begins and ends with the same name."""

    def __init__(self, path: tuple[str, ...]) -> None:
        super().__init__(" -> ".join(path))
        self.path = path


class Graph:
    """Nodes with the nodes upstream of each; immutable.

    >>> graph = Graph({"a": [], "b": ["a"], "c": ["b"]})
    >>> graph.order()
    ['a', 'b', 'c']
    >>> sorted(graph.descendants(["a"]))
    ['b', 'c']
    """

    def __init__(self, upstream: Mapping[str, Iterable[str]]) -> None:
        names = set(upstream).union(*map(set, upstream.values())) if upstream else set()
        self.upstream: dict[str, frozenset[str]] = {
            name: frozenset(upstream.get(name, ())) for name in sorted(names)
        }
        downstream: dict[str, set[str]] = {name: set() for name in self.upstream}
        for name, needs in self.upstream.items():
            for need in needs:
                downstream[need].add(name)
        self.downstream = {name: frozenset(users) for name, users in downstream.items()}

    def __contains__(self, name: object) -> bool:
        return name in self.upstream

    def nearest(
        self, name: str, is_met: Callable[[str], bool], *, downstream: bool = False
    ) -> list[str]:
        """Return what is met first on each way upstream from a name, or downstream.

        >>> graph = Graph({"a": [], "inside": ["a"], "b": ["inside", "a"]})
        >>> graph.nearest("b", lambda name: name != "inside")
        ['a']
        """
        edges = self.downstream if downstream else self.upstream
        found: list[str] = []
        seen = {name}
        queue = deque([name])
        while queue:
            for other in sorted(edges[queue.popleft()] - seen):
                seen.add(other)
                (found if is_met(other) else queue).append(other)
        return found

    def order(self) -> list[str]:
        """Return the names so that each comes after all that it needs.

        Among those that could come next the first by name does, so that the order is
        the same for the same graph. Raises CycleError.
        """
        waiting = {name: len(needs) for name, needs in self.upstream.items()}
        ready = [name for name, count in waiting.items() if not count]
        heapify(ready)
        ordered = []
        while ready:
            name = heappop(ready)
            ordered.append(name)
            for user in self.downstream[name]:
                waiting[user] -= 1
                if not waiting[user]:
                    heappush(ready, user)
        if len(ordered) < len(self.upstream):
            raise CycleError(self._cycle({n for n, count in waiting.items() if count}))
        return ordered

    def _cycle(self, among: set[str]) -> tuple[str, ...]:
        """Find one cycle: among nodes that never get ready, walk upstream."""
        walk = [min(among)]
        while True:
            step = min(self.upstream[walk[-1]] & among)
            if step in walk:
                path = walk[walk.index(step) :]
                start = path.index(min(path))
                path = path[start:] + path[:start]
                return (*path, path[0])
            walk.append(step)

    def ancestors(self, names: Iterable[str], depth: int | None = None) -> set[str]:
        """Return all that these need, up to `depth` steps away, without themselves."""
        return _reach(names, self.upstream, depth)

    def descendants(self, names: Iterable[str], depth: int | None = None) -> set[str]:
        """Return all that needs these, up to `depth` steps away, without themselves."""
        return _reach(names, self.downstream, depth)


def _reach(
    names: Iterable[str], edges: Mapping[str, frozenset[str]], depth: int | None
) -> set[str]:
    start = set(names)
    reached: set[str] = set()
    queue = deque((name, 0) for name in start)
    while queue:
        name, steps = queue.popleft()
        if depth is not None and steps >= depth:
            continue
        for neighbour in edges[name]:
            if neighbour not in reached:
                reached.add(neighbour)
                queue.append((neighbour, steps + 1))
    return reached - start
