"""Which node may run next, and which never will: bookkeeping without threads."""

from collections.abc import Iterable, Mapping
from heapq import heapify, heappop, heappush


class Schedule:
    """The nodes still to run; of those ready, first the head of the longest chain.

    What begins late would end alone, on one thread.

    >>> schedule = Schedule(("a", "b", "c"), {"a": (), "b": ("a",), "c": ("b",)})
    >>> schedule.next(), schedule.next()
    ('a', None)
    >>> schedule.fail("a")
    [('b', 'a'), ('c', 'a')]
    """

    def __init__(
        self, order: tuple[str, ...], waits_for: Mapping[str, Iterable[str]]
    ) -> None:
        self._position = {name: index for index, name in enumerate(order)}
        self._order = order
        self._waits = {name: set(waits_for[name]) for name in order}
        self._users: dict[str, list[str]] = {name: [] for name in order}
        for name in order:
            for need in self._waits[name]:
                self._users[need].append(name)
        self._chain = dict.fromkeys(order, 0)
        for name in reversed(order):
            for need in self._waits[name]:
                self._chain[need] = max(self._chain[need], self._chain[name] + 1)
        self._ready = [self._rank(name) for name in order if not self._waits[name]]
        heapify(self._ready)
        self._left = set(order)

    def __bool__(self) -> bool:
        return bool(self._left)

    def _rank(self, name: str) -> tuple[int, int]:
        return -self._chain[name], self._position[name]

    def next(self) -> str | None:
        """Take the next node that may run, or None when all wait for something."""
        while self._ready:
            name = self._order[heappop(self._ready)[1]]
            if name in self._left:
                self._left.remove(name)
                return name
        return None

    def succeed(self, name: str) -> None:
        """Let those run that waited only for this node."""
        for user in self._users[name]:
            self._waits[user].discard(name)
            if not self._waits[user]:
                heappush(self._ready, self._rank(user))

    def fail(self, name: str) -> list[tuple[str, str]]:
        """Take out all that is downstream; return each with the node that failed."""
        skipped: set[str] = set()
        queue = list(self._users[name])
        while queue:
            user = queue.pop()
            if user in self._left:
                self._left.remove(user)
                skipped.add(user)
                queue += self._users[user]
        return [
            (user, name) for user in sorted(skipped, key=self._position.__getitem__)
        ]

    def stop(self) -> list[str]:
        """Take out all that has not begun."""
        left = sorted(self._left, key=self._position.__getitem__)
        self._left.clear()
        return left
