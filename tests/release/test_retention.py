import json
from datetime import UTC, datetime, timedelta

import duckdb
import pytest
from release_driver import build, numbers

from warehouse.errors import ReleaseError
from warehouse.release import clock, journal
from warehouse.release.clock import Moment
from warehouse.release.history import rollback
from warehouse.release.pins import pin, pins, unpin
from warehouse.release.retention import Retention, retain

HOUR = 3600


@pytest.fixture
def ids(home) -> list[str]:
    """Four releases, oldest first, that hold the numbers 0 to 3."""
    return [build(home, number).release_id for number in range(4)]


def later(seconds: float) -> Moment:
    """Return the moment in so many seconds, by both clocks."""
    present = clock.now()
    wall = datetime.now(UTC) + timedelta(seconds=seconds)
    return Moment(wall.isoformat(), present.boot, (present.uptime or 0.0) + seconds)


def test_by_number(home, ids):
    """The oldest releases beyond the number kept are removed."""
    assert retain(home, Retention(3)) == ids[:1]
    assert home.release_ids() == ids[:0:-1]
    assert retain(home, Retention(3)) == []


def test_way_back(home, ids):
    """The current release and the one it was published over are always kept."""
    assert retain(home, Retention(1)) == ids[:2]
    assert rollback(home).release_id == ids[2]
    assert retain(home, Retention(1)) == []


def test_after_rollback(home, ids):
    """What was rolled back to stays, and the build over it keeps it as its way back."""
    rollback(home, to=ids[0])
    assert retain(home, Retention(1)) == ids[1:3]
    newest = build(home, 9).release_id
    assert retain(home, Retention(1)) == []
    assert home.release_ids() == [newest, ids[3], ids[0]]


def test_nothing(home, ids):
    """At least one release is kept."""
    with pytest.raises(ReleaseError, match="at least 1"):
        retain(home, Retention(0))


def test_with_reader(home, ids):
    """A reader that holds a removed release open reads on."""
    path = str(home.folder(ids[0]) / "warehouse.duckdb")
    with duckdb.connect(path, read_only=True) as connection:
        assert retain(home, Retention(1)) == ids[:2]
        assert connection.execute("select max(v) from marts.second").fetchall() == [
            (0,)
        ]
    assert numbers(home.folder(ids[3])) == {3}


def test_damaged(home, ids):
    """A damaged old release is removed like any other."""
    (home.folder(ids[0]) / "release.json").unlink()
    assert retain(home, Retention(2)) == ids[:2]


def test_by_age(home, ids):
    """What was published in the last days stays, beyond the number too."""
    rule = Retention(1, keep_days=2)
    assert retain(home, rule, later(47 * HOUR)) == []
    assert retain(home, rule, later(49 * HOUR)) == ids[:2]


def test_grace(home, ids):
    """What was current a moment ago stays, for readers that have just come."""
    rule = Retention(1, grace=900)
    assert retain(home, rule, later(890)) == []
    assert retain(home, rule, later(910)) == ids[:2]


def test_grace_counts_from_the_end(home, ids):
    """A release of long ago that was current until now has its grace before it."""
    rollback(home, to=ids[0])
    rollback(home, to=ids[3])
    text = home.history_file.read_text().splitlines()
    lines = [json.loads(line) for line in text]
    for line in lines[:4]:  # the publications, not the rollbacks
        line |= {"time": "2020-01-01T00:00:00+00:00", "boot": None}
    home.history_file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert retain(home, Retention(1, grace=900)) == ids[1:2]


def test_pinned(home, ids):
    """A pinned release stays until it is unpinned; the history knows who and why."""
    assert pin(home, ids[0], "annual report").reason == "annual report"
    assert retain(home, Retention(1)) == ids[1:2]
    assert list(pins(home)) == ids[:1]
    assert unpin(home, ids[0]).reason == "annual report"
    assert retain(home, Retention(1)) == ids[:1]
    done = [(act.action, act.to_id, act.reason) for act in journal.acts(home)[4:]]
    assert done == [("pin", ids[0], "annual report"), ("unpin", ids[0], None)]


def test_secret_reason(home, ids, monkeypatch):
    """A reason is written down without the secret that somebody put into it."""
    monkeypatch.setenv("DBT_ENV_SECRET_KEY", "open-sesame")
    assert pin(home, ids[0], "said open-sesame").reason == "said *****"
    rollback(home, reason="open-sesame is out")
    written = [
        path.read_text() for path in (home.history_file, *home.path.rglob("*.json"))
    ]
    assert not any("open-sesame" in text for text in written)
    assert any("***** is out" in text for text in written)


def test_damaged_pin(home, ids):
    """A pin that cannot be read pins all the same."""
    pin(home, ids[0])
    (home.pins_folder / f"{ids[0]}.json").write_text("{")
    assert pins(home)[ids[0]].who == "?"
    assert retain(home, Retention(1)) == ids[1:2]


def test_pin_of_nothing(home, ids):
    """A pin of no release, and an unpin of what is not pinned, are refused."""
    with pytest.raises(ReleaseError, match="there is no release"):
        pin(home, "2020")
    with pytest.raises(ReleaseError, match=f"{ids[3]} is not pinned"):
        unpin(home, "current")
    assert not pins(home)


def test_clock_set_forward(home, ids):
    """A wall clock that jumps ahead makes nothing old on the machine that saw it."""
    present = clock.now()
    if present.boot is None:
        return  # a machine that has but one clock
    jumped = Moment("2099-01-01T00:00:00+00:00", present.boot, present.uptime)
    assert retain(home, Retention(1, keep_days=1), jumped) == []
    assert retain(home, Retention(1, grace=900), jumped) == []


def test_clock_set_back(home, ids):
    """Releases from the future are as old as what came after them, no younger."""
    text = home.history_file.read_text().splitlines()
    lines = [json.loads(line) | {"boot": None, "uptime": None} for line in text]
    for line in lines[:2]:
        line["time"] = "2099-01-01T00:00:00+00:00"
    home.history_file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    rule = Retention(1, keep_days=2)
    assert retain(home, rule, Moment(later(47 * HOUR).time)) == []
    assert retain(home, rule, Moment(later(49 * HOUR).time)) == ids[:2]


def test_lost_history(home, ids):
    """Without a history the ids tell the ages."""
    home.history_file.unlink()
    rule = Retention(1, keep_days=2, grace=900)
    assert retain(home, rule, Moment(later(47 * HOUR).time)) == []
    assert retain(home, rule, Moment(later(49 * HOUR).time)) == ids[:2]
