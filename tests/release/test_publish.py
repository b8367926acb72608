import os
import random
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from release_driver import build, fill, whole_number

from warehouse.errors import ReleaseError
from warehouse.release import journal
from warehouse.release.journal import acts
from warehouse.release.publish import STEPS, publish
from warehouse.release.retention import Retention, retain

NAMES = [step.__name__ for step in STEPS]
SWAPPED = NAMES.index("swap_pointer")


def at_rest(home) -> list[str]:
    """Return what lies in a home when nothing goes on."""
    return sorted(path.name for path in home.path.iterdir())


def test_on_disk(home):
    """A published release is a folder of read-only files behind a relative link."""
    release = build(home, 1)
    folder = home.folder(release.release_id)
    assert str(home.current_link.readlink()) == f"releases/{release.release_id}"
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    assert [str(path.relative_to(folder)) for path in files] == [
        "marts/first.parquet",
        "marts/second.parquet",
        "release.json",
        "warehouse.duckdb",
    ]
    assert not any(path.stat().st_mode & 0o222 for path in files)
    assert at_rest(home) == ["build.lock", "current", "history.jsonl", "releases"]
    assert whole_number(home) == 1


@pytest.mark.parametrize("rights", [0o755, 0o750, 0o700])
def test_readers_of_another_user(home, rights):
    """Who may read the home may read its releases, however strict the job's umask."""
    home.path.mkdir()
    home.path.chmod(rights)
    before = os.umask(0o077)
    try:
        build(home, 0)
    finally:
        os.umask(before)
    release = home.current_link.resolve()
    for path in (home.releases_folder, release, *release.rglob("*")):
        mode = path.stat().st_mode & 0o777
        assert mode == (rights if path.is_dir() else rights & 0o444), path


@pytest.mark.skipif(sys.platform == "darwin", reason="flushes by other means there")
def test_flushed_before_the_pointer_moves(home, monkeypatch):
    """Each file and folder of a release is on disk as it stands, and so is its name."""
    flushed, fsync, point = {}, os.fsync, journal.point

    def recorded(descriptor):
        found = os.fstat(descriptor)
        flushed[found.st_ino] = found.st_mtime_ns
        fsync(descriptor)

    def checked(home, act):
        folder = home.folder(act.to_id)
        places = (folder, *folder.rglob("*"), home.releases_folder, home.path)
        assert len(places) == 8
        for path in places:
            found = path.stat()
            assert flushed[found.st_ino] == found.st_mtime_ns, path
        point(home, act)

    monkeypatch.setattr(os, "fsync", recorded)
    monkeypatch.setattr(journal, "point", checked)
    build(home, 0)
    assert whole_number(home) == 0


def test_history(home):
    """Each publication is remembered: when, who, from, to, why."""
    first, second = build(home, 1), build(home, 2)
    one, two = acts(home)
    assert (one.from_id, one.to_id) == (None, first.release_id)
    assert (two.from_id, two.to_id) == (first.release_id, second.release_id)
    assert two.who == f"{second.user}@{second.host}"
    assert two.reason == "warehouse build"


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("step", NAMES)
def test_killed(home, drive, step, moment):
    """A kill -9 at any step leaves one whole release, and the next build works."""
    build(home, 1)
    killed = drive("kill", home, 2, step, moment)
    assert killed.wait() == -9, killed.stderr.read()
    done = NAMES.index(step) + (moment == "after")
    published = done > SWAPPED
    assert whole_number(home) == (2 if published else 1)
    build(home, 3)
    assert whole_number(home) == 3
    assert len(home.releases()) == (3 if published else 2)
    assert len(acts(home)) == (3 if published else 2)
    assert at_rest(home) == ["build.lock", "current", "history.jsonl", "releases"]


@pytest.mark.slow
def test_killed_anywhere(home, drive):
    """Kills at random times of a building and retaining loop lose and mix nothing."""
    chance = random.Random(7)
    number = 0
    build(home, number)
    for _ in range(100):
        process = drive("forever", home, number)
        time.sleep(0.5 + chance.random())
        process.kill()
        assert process.wait() == -9, process.stderr.read()
        assert whole_number(home) >= number
        number = whole_number(home)
    for release in home.releases():
        assert (home.folder(release.release_id) / "warehouse.duckdb").exists()
    assert number > 100  # the kills hit work
    build(home, number + 1)
    assert acts(home)[-1].to_id == home.current_id()


def test_open_database(home):
    """A candidate whose database was not closed cleanly is not published."""
    candidate, release = fill(home, 1)
    Path(f"{candidate.database_path}.wal").write_text("")
    with pytest.raises(ReleaseError, match=r"duckdb\.wal stands beside"):
        publish(home, candidate, release)
    assert home.current() is None


def test_no_database(home):
    """A candidate without a database, or without a mart's file, is not published."""
    candidate, release = fill(home, 1)
    (candidate.marts / "first.parquet").unlink()
    with pytest.raises(ReleaseError, match='no file of mart "first"'):
        publish(home, candidate, release)
    candidate.database_path.unlink()
    with pytest.raises(ReleaseError, match="no database"):
        publish(home, candidate, release)


def test_older_id(home):
    """A release whose id does not sort last is not published."""
    first = build(home, 1)
    candidate, release = fill(home, 2)
    with pytest.raises(ReleaseError, match="does not sort after"):
        publish(home, candidate, replace(release, release_id=first.release_id))
    assert whole_number(home) == 1


def test_history_refused(home, monkeypatch):
    """A disk that fills up after the pointer moved does not unsay the publication."""
    remember = journal.remember

    def full(home, act):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(journal, "remember", full)
    published = build(home, 1)
    assert acts(home) == []
    monkeypatch.setattr(journal, "remember", remember)
    build(home, 2)
    assert acts(home)[0].to_id == published.release_id
    assert len(acts(home)) == 2


def test_lost_history(home):
    """A lost history file costs no release."""
    build(home, 1)
    home.history_file.unlink()
    build(home, 2)
    assert len(home.releases()) == 2
    assert len(acts(home)) == 1


def test_damaged_intent(home):
    """A damaged announcement is reported with its name; nothing is removed by it."""
    build(home, 1)
    home.intent_file.write_text("{")
    with pytest.raises(ReleaseError, match=r"intent\.json is damaged"):
        build(home, 2)
    assert whole_number(home) == 1


@pytest.mark.parametrize(
    "line", [b"\xff\xfe\x00", b'{"action": "publish"}', b"[1]", b'{"time": "noon"}']
)
def test_spoiled_history(home, line):
    """A line that a disk has spoiled stops no build and hides no other line."""
    build(home, 0)
    with home.history_file.open("ab") as file:
        file.write(line + b"\n")
    build(home, 1)
    assert len(acts(home)) == 2
    assert retain(home, Retention(1)) == []


def test_torn_history(home):
    """A torn line of the history is passed over, and the next one stands whole."""
    build(home, 1)
    with home.history_file.open("a") as file:
        file.write('{"time": "20')
    second = build(home, 2)
    assert [act.to_id for act in acts(home)][1:] == [second.release_id]
