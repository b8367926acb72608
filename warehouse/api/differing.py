"""What one release changed against another, and whether it may be published."""

from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from warehouse.api.gates import gates_of
from warehouse.api.workspace import Workspace
from warehouse.engine.duckdb import DuckDB
from warehouse.engine.protocol import EngineError, Result
from warehouse.errors import ReleaseError, nearest
from warehouse.release.changes import Changes, MartChange
from warehouse.release.compare import Pair, Side, by_name, compare, is_same, samples
from warehouse.release.gates import refused
from warehouse.release.home import Home
from warehouse.release.record import MartFile, Release


@dataclass(frozen=True, slots=True)
class Difference:
    """Two releases by id, what differs, and sample rows by mart and kind of change."""

    before: str
    after: str
    changes: Changes
    samples: dict[str, dict[str, Result]] = field(default_factory=dict)


def difference(
    home: Home,
    before: str,
    after: str,
    *,
    marts: tuple[str, ...] = (),
    rows: int = 0,
) -> Difference:
    """Compare two releases, or some of their marts, with up to `rows` sample rows.

    Releases are named as `Home.find` knows them. Raises ReleaseError for one that is
    not there or damaged, and for an unknown mart.
    """
    old, new = home.release(before), home.release(after)
    known = {mart.name for mart in (*old.marts, *new.marts)}
    for name in marts:
        if name not in known:
            raise ReleaseError(
                f'no mart "{name}" in {old.release_id} or {new.release_id}',
                hint=nearest(name, known),
            )
    sides = [
        by_name(home.folder(release.release_id), release.marts)
        for release in (old, new)
    ]
    if marts:
        sides = [{n: s for n, s in side.items() if n in marts} for side in sides]
    with closing(DuckDB.open(None)) as engine:
        try:
            changes = _changes(engine, old.release_id, *sides)
            shown = {}
            for change in changes.marts if rows else ():
                found = [side.get(change.name) for side in sides]
                if found[0] is not None and found[1] is not None:
                    pair = Pair(found[0], found[1])
                    shown[change.name] = samples(engine, pair, change, rows)
        except EngineError as error:
            raise ReleaseError(
                f"the marts cannot be compared: {error.message}",
                hint="warehouse verify says which file is damaged",
            ) from error
    return Difference(old.release_id, new.release_id, changes, shown)


def judged(
    project: Workspace, home: Home, folder: Path, release: Release, *, accepts: bool
) -> Release:
    """Return a release with what it changes against the current one.

    `folder` is where its marts are now. Raises ReleaseError when a gate is shut and
    nobody `accepts` it.
    """
    changes = _since_current(home, folder, release.marts)
    marts = changes.marts if changes is not None else ()
    reasons = tuple(refused(release.marts, marts, gates_of(project)))
    if reasons and not accepts:
        lines = "\n".join(f"  | {reason}" for reason in reasons)
        raise ReleaseError(
            f"a gate is shut, so nothing was published:\n{lines}",
            hint="correct the project and build again; warehouse build "
            "--accept-changes publishes this once all the same",
        )
    if changes is not None:
        changes = replace(changes, accepted=reasons)
    return replace(release, changes=changes)


def _since_current(
    home: Home, folder: Path, marts: tuple[MartFile, ...]
) -> Changes | None:
    """Compare marts with the current release's; None without one that can be read."""
    try:
        current = home.current()
    except ReleaseError:
        return None
    if current is None:
        return None
    before = by_name(home.folder(current.release_id), current.marts)
    with closing(DuckDB.open(None)) as engine:
        try:
            return _changes(engine, current.release_id, before, by_name(folder, marts))
        except EngineError:  # a damaged file; what is new must not wait for it
            return None


def _changes(
    engine: DuckDB, since: str, before: dict[str, Side], after: dict[str, Side]
) -> Changes:
    found: list[MartChange] = []
    same = 0
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old is not None and new is not None and is_same(old, new):
            same += 1
            continue
        change = compare(engine, old, new)
        if change.is_nothing:
            same += 1
        else:
            found.append(change)
    return Changes(since, tuple(found), same)
