import duckdb
import pytest
from release_driver import build, numbers, whole_number

from warehouse.errors import ReleaseError
from warehouse.release import journal
from warehouse.release.candidate import open_candidate
from warehouse.release.history import retain, rollback


@pytest.fixture
def ids(home) -> list[str]:
    """Four releases, oldest first, that hold the numbers 0 to 3."""
    return [build(home, number).release_id for number in range(4)]


def test_back(home, ids):
    """A rollback goes to the release before the current one, again further."""
    assert rollback(home).release_id == ids[2]
    assert whole_number(home) == 2
    assert rollback(home, reason="numbers looked odd").release_id == ids[1]
    act = journal.acts(home)[-1]
    assert (act.action, act.from_id, act.to_id) == ("rollback", ids[2], ids[1])
    assert act.reason == "numbers looked odd"
    assert "@" in act.who


def test_to(home, ids):
    """A rollback goes to any release, also forward again."""
    rollback(home, to=ids[0])
    assert whole_number(home) == 0
    rollback(home, to=ids[3])
    assert whole_number(home) == 3


def test_nowhere(home, ids):
    """A rollback past the first, to the current or to an unknown release is refused."""
    rollback(home, to=ids[0])
    with pytest.raises(ReleaseError, match="no release before"):
        rollback(home)
    with pytest.raises(ReleaseError, match="current release already"):
        rollback(home, to=ids[0])
    with pytest.raises(ReleaseError, match="there is no release"):
        rollback(home, to="20200101T000000Z-000000")
    assert whole_number(home) == 0


def test_never_published(home):
    """A rollback in an empty home is refused."""
    with pytest.raises(ReleaseError, match="nothing has been published"):
        rollback(home)


def test_from_damaged(home, ids):
    """A rollback works from a damaged release and not to one."""
    (home.folder(ids[3]) / "release.json").unlink()
    rollback(home)
    assert whole_number(home) == 2
    mart = home.folder(ids[1]) / "marts" / "first.parquet"
    mart.unlink()
    mart.write_text("half")
    with pytest.raises(ReleaseError, match="has 4 bytes"):
        rollback(home)
    assert whole_number(home) == 2


def test_build_after(home, ids):
    """A build after a rollback builds on the release rolled back to, and sorts last."""
    rollback(home, to=ids[1])
    with duckdb.connect(str(open_candidate(home).database_path)) as connection:
        assert connection.execute("from marts.first limit 1").fetchall() == [(1,)]
    assert build(home, 9).release_id > ids[3]


@pytest.mark.parametrize(("name", "moved"), [("point", False), ("remember", True)])
def test_cut_short(home, ids, monkeypatch, name, moved):
    """A rollback cut short is void or done, and no release is lost."""

    def cut(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(journal, name, cut)
        with pytest.raises(KeyboardInterrupt):
            rollback(home, to=ids[0])
    assert whole_number(home) == (0 if moved else 3)
    open_candidate(home)
    assert len(journal.acts(home)) == (5 if moved else 4)
    assert home.release_ids() == ids[::-1]


def test_retain(home, ids):
    """The oldest releases beyond the number kept are removed."""
    assert retain(home, 3) == ids[:1]
    assert home.release_ids() == ids[:0:-1]
    assert retain(home, 3) == []


def test_retain_way_back(home, ids):
    """The current release and the one it was published over are always kept."""
    assert retain(home, 1) == ids[:2]
    assert rollback(home).release_id == ids[2]
    assert retain(home, 1) == []


def test_retain_after_rollback(home, ids):
    """What was rolled back to stays, and the build over it keeps it as its way back."""
    rollback(home, to=ids[0])
    assert retain(home, 1) == ids[1:3]
    newest = build(home, 9).release_id
    assert retain(home, 1) == []
    assert home.release_ids() == [newest, ids[3], ids[0]]


def test_retain_nothing(home, ids):
    """At least one release is kept."""
    with pytest.raises(ReleaseError, match="at least 1"):
        retain(home, 0)


def test_retain_with_reader(home, ids):
    """A reader that holds a removed release open reads on."""
    path = str(home.folder(ids[0]) / "warehouse.duckdb")
    with duckdb.connect(path, read_only=True) as connection:
        assert retain(home, 1) == ids[:2]
        assert connection.execute("select max(v) from marts.second").fetchall() == [
            (0,)
        ]
    assert numbers(home.folder(ids[3])) == {3}


def test_retain_damaged(home, ids):
    """A damaged old release is removed like any other."""
    (home.folder(ids[0]) / "release.json").unlink()
    assert retain(home, 2) == ids[:2]
