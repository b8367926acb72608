import errno

import duckdb
import pytest
from release_driver import build, spoil, whole_number

from warehouse.errors import ReleaseError
from warehouse.release import journal
from warehouse.release.candidate import open_candidate
from warehouse.release.history import rollback


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


def test_to_spoiled(home, ids):
    """A rollback goes to no release of which a disk has changed a byte."""
    spoil(home.folder(ids[2]) / "warehouse.duckdb")
    with pytest.raises(ReleaseError, match="its bytes have changed"):
        rollback(home)
    assert whole_number(home) == 3
    rollback(home, to=ids[1])
    assert whole_number(home) == 1


def test_without_current(home, ids):
    """Where nothing is current any more, the way back is told and works."""
    home.current_link.unlink()
    with pytest.raises(ReleaseError) as caught:
        rollback(home)
    assert caught.value.hint == f"warehouse rollback --to {ids[3]} makes the newest so"
    rollback(home, to=ids[3])
    assert whole_number(home) == 3


def test_on_a_full_disk(home, ids, monkeypatch):
    """A rollback needs no room; that the history lacks it is told."""

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    said = []
    with monkeypatch.context() as patched:
        patched.setattr(journal.disk, "write_text", full)
        patched.setattr(journal, "append", full)
        rollback(home, warn=said.append)
    assert whole_number(home) == 2
    assert said == ["the disk refuses: the history does not know of this rollback"]
    assert build(home, 9).release_id > ids[3]


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
