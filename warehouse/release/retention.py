"""How far back releases go: by number, by age, and never from under a reader."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from warehouse.errors import ReleaseError
from warehouse.release import clock, disk
from warehouse.release.clock import Moment
from warehouse.release.home import STAMP, Home
from warehouse.release.journal import PUBLISH, ROLLBACK, Act, acts
from warehouse.release.pins import changing, pins


@dataclass(frozen=True, slots=True)
class Retention:
    """What stays: the newest `keep`, and all that was published in `keep_days` days.

    `grace` is the time in seconds for which what has ceased to be current stays
    whatever the numbers say: a reader may just have resolved the pointer to it.
    """

    keep: int = 5
    keep_days: float = 0
    grace: float = 0


def retain(home: Home, rule: Retention, at: Moment | None = None) -> list[str]:
    """Remove old releases; return their ids, oldest first. The build lock is held.

    Never the current one, nor the one it was published over (the way back), nor one
    that is pinned. Readers that have a file of a removed release open read it to the
    end. `at` is the present moment.
    """
    if rule.keep < 1:
        raise ReleaseError(f"at least 1 release must be kept, not {rule.keep}")
    with disk.reported("remove old releases"):
        history = acts(home)
        ages = _ages(home, history, at or clock.now())
        trash = []
        with changing(home):
            spared = {*home.release_ids()[: rule.keep], *_way_back(home, history)}
            spared |= set(pins(home))
            days, grace = timedelta(rule.keep_days), timedelta(seconds=rule.grace)
            removed = [
                name
                for name, (published, idle) in sorted(ages.items())
                if name not in spared and published > days and idle > grace
            ]
            for release_id in removed:
                trash.append(home.scratch("trash"))
                home.folder(release_id).rename(trash[-1])
        for folder in trash:
            disk.remove(folder)
    return removed


def _ages(
    home: Home, history: list[Act], at: Moment
) -> dict[str, tuple[timedelta, timedelta]]:
    """Return for each release how long ago it was published, and was left."""
    moves = [act for act in history if act.action in {PUBLISH, ROLLBACK}]
    since = clock.ages([act.moment for act in reversed(moves)], at)[::-1]
    published, left = {}, {}
    for act, age in zip(moves, since, strict=True):
        left[act.from_id] = age
        if act.action == PUBLISH:
            published[act.to_id] = age
    names = home.release_ids()
    # For those whose lines of the history are lost: each ended with its successor.
    stamped = clock.ages([_stamped(name) for name in names], at)
    return {
        name: (
            published.get(name, stamped[i]),
            left.get(name, stamped[max(i - 1, 0)]),
        )
        for i, name in enumerate(names)
    }


def _stamped(release_id: str) -> Moment:
    """Return the moment that an id tells, for a release whose history is lost."""
    moment = datetime.strptime(release_id, STAMP).replace(tzinfo=UTC)
    return Moment(moment.isoformat())


def _way_back(home: Home, history: list[Act]) -> set[str]:
    current = home.current_id()
    if current is None:
        return set()
    older = [name for name in home.release_ids() if name < current]
    over = [
        act.from_id
        for act in history
        if act.action == PUBLISH and act.to_id == current and act.from_id
    ]
    return {current, *older[:1], *over}
