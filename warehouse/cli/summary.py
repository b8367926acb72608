"""What a build came to: a table by kind, the details of what failed, one line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from warehouse.api.result import BuildResult
from warehouse.cli.tables import Column, Look, table
from warehouse.cli.words import counted, seconds
from warehouse.run.results import NodeResult, Status

DONE = {
    "build": "built",
    "run": "ran",
    "seed": "loaded",
    "snapshot": "taken",
    "test": "tested",
    "clone": "cloned",
}
KINDS = {
    "seed": "seeds",
    "model": "models",
    "snapshot": "snapshots",
    "unit_test": "unit tests",
    "test": "tests",
}
TESTS = ("test", "unit_test")
NOT_PUBLISHED = "nothing was published: `warehouse build` tests and publishes it"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many results ended in which way."""

    ran: int
    reused: int
    warned: int
    failed: int
    skipped: int

    @classmethod
    def of(cls, results: Iterable[NodeResult]) -> "Tally":
        """Count results; a warning is a warning, whether it was reused or not."""
        found = list(results)
        warned = sum(r.status is Status.WARN for r in found)
        failed = sum(r.status.is_failure for r in found)
        skipped = sum(r.status is Status.SKIPPED for r in found)
        good = [r for r in found if r.status in {Status.SUCCESS, Status.PASS}]
        reused = sum(r.is_reused for r in good)
        return cls(len(good) - reused, reused, warned, failed, skipped)

    def counts(self) -> tuple[int, ...]:
        """Return the numbers in the order of the table's columns."""
        return (self.ran, self.reused, self.warned, self.failed, self.skipped)


def counts_table(results: Sequence[NodeResult], look: Look) -> str:
    """Return a table with a line for each kind of node, without columns of zeros."""
    results = [r for r in results if r.status is not Status.NO_OP]
    groups = {
        kind: [r for r in results if r.resource_type == kind]
        for kind in dict.fromkeys([*KINDS, *(r.resource_type for r in results)])
    }
    groups = {kind: found for kind, found in groups.items() if found}
    names = ("ran", "reused", "warned", "failed", "skipped")
    counts = {kind: Tally.of(found).counts() for kind, found in groups.items()}
    used = [i for i in range(len(names)) if any(count[i] for count in counts.values())]
    columns = [Column(""), *(Column(names[i], is_number=True) for i in used)]
    columns += [Column("rows", is_number=True), Column("time", is_number=True)]
    rows = []
    for kind, found in groups.items():
        numbers = [f"{counts[kind][i]:,}" if counts[kind][i] else "" for i in used]
        amounts = [r.rows for r in found if r.rows is not None]
        total = f"{sum(amounts):,}" if amounts else ""
        ran = [r.seconds for r in found if not r.is_reused and r.seconds]
        took = seconds(sum(ran)) if ran else ""
        rows.append([KINDS.get(kind, kind), *numbers, total, took])
    return table(columns, rows, look)


def noteworthy(results: Iterable[NodeResult]) -> list[NodeResult]:
    """Return what failed or warned, failures last: there the eye is."""
    warned = [r for r in results if r.status is Status.WARN]
    return [*warned, *(r for r in results if r.status.is_failure)]


def summary_line(command: str, result: BuildResult, *, has_home: bool) -> str:
    """Return the whole on one line."""
    tests = [r for r in result.results if r.resource_type in TESTS]
    others = [r for r in result.results if r.resource_type not in TESTS]
    nodes = [r for r in others if r.status is not Status.NO_OP]
    parts = [text for text in (_nodes(nodes), _tests(tests)) if text]
    done = DONE[command] if result.ok else f"{command} failed"
    what = counted(len(nodes), "node") if nodes else counted(len(tests), "test")
    line = f"{done} {what} in {seconds(result.run.seconds)}"
    if not result.ok:
        line = f"{done} after {seconds(result.run.seconds)}"
    return f"{line}: {', '.join(parts)}" + _published(command, result, has_home)


def _nodes(results: Sequence[NodeResult]) -> str:
    tally = Tally.of(results)
    counts = {"ran": tally.ran, "reused": tally.reused, "warned": tally.warned}
    counts |= {"failed": tally.failed, "skipped": tally.skipped}
    return ", ".join(f"{count:,} {word}" for word, count in counts.items() if count)


def _tests(results: Sequence[NodeResult]) -> str:
    tally = Tally.of(results)
    counts = {"passed": tally.ran + tally.reused, "warned": tally.warned}
    counts |= {"failed": tally.failed, "skipped": tally.skipped}
    said = [(count, word) for word, count in counts.items() if count]
    first = [f"{counted(count, 'test')} {word}" for count, word in said[:1]]
    return ", ".join([*first, *(f"{count:,} {word}" for count, word in said[1:])])


def _published(command: str, result: BuildResult, has_home: bool) -> str:
    if result.is_unchanged:
        return f"; nothing changed, {result.release_id} stays current"
    if result.release_id is not None:
        return f"; published {result.release_id}"
    if not has_home:
        return ""
    if result.stale:
        count = counted(len(result.stale), "other node")
        is_one = len(result.stale) == 1
        return (
            f"; nothing was published: {count} {'is' if is_one else 'are'} not up to "
            "date with it, and `warehouse build` brings all of them along"
        )
    if result.ok and command != "build":
        return f"; {NOT_PUBLISHED}"
    return "; nothing was published"
