import json
from datetime import UTC, datetime, timedelta

import pytest
from release_driver import build

from warehouse.errors import ReleaseError
from warehouse.release.home import RELEASE_ID
from warehouse.release.provenance import git_commit, new_release
from warehouse.release.record import read_release
from warehouse.release.retention import Retention, retain


def test_nothing_yet(home):
    """A home that does not exist has no current release and none at all."""
    assert home.current() is None
    assert home.releases() == []


def test_record_round_trip(home):
    """What is read from release.json is what was published."""
    published = build(home, 1)
    assert home.current() == published
    assert home.release(published.release_id) == published
    assert published.nodes["first"].rows == 10
    assert published.marts[0].columns[0].type == "INTEGER"
    assert set(published.versions) == {
        *("warehouse", "duckdb", "sqlglot", "pyarrow", "python"),
    }


def test_newest_first(home):
    """Releases are listed newest first."""
    ids = [build(home, number).release_id for number in range(3)]
    assert [release.release_id for release in home.releases()] == ids[::-1]


def test_strangers(home):
    """What is no release in the folder of releases is left alone and stops nothing."""
    build(home, 0)
    for name in ("notes", "20269999T999999Z-000000"):
        (home.releases_folder / name).mkdir()
    (home.releases_folder / "20990101T000000Z-000000").write_text("a file")
    published = build(home, 1)
    retain(home, Retention(1))
    assert home.release_ids()[0] == published.release_id
    assert len(list(home.releases_folder.iterdir())) == 5


def test_unknown_release(home):
    """An unknown id fails with the nearest ids."""
    known = build(home, 1).release_id
    typed = known[:-1] + ("0" if known[-1] != "0" else "1")
    with pytest.raises(ReleaseError) as caught:
        home.release(typed)
    assert caught.value.hint == f'did you mean "{known}"?'


def test_found_by_a_part(home):
    """A release is named by the beginning of its id, `current` or `previous`."""
    with pytest.raises(ReleaseError, match='no release "current"'):
        home.find("current")
    first, second = (build(home, number).release_id for number in range(2))
    assert home.find("current") == second
    assert home.find("previous") == first
    assert home.find(second[:-1]) == second
    with pytest.raises(ReleaseError) as raised:
        home.find(first[:6])
    assert raised.value.hint == f"so begin {second}, {first}"


def test_clock_jumps_back(home):
    """A new id sorts after all there are, whatever the clock says."""
    last = build(home, 1).release_id
    yesterday = datetime.now(UTC) - timedelta(days=1)
    new = home.new_release_id(yesterday)
    assert RELEASE_ID.fullmatch(new)
    assert new > last
    assert home.new_release_id(datetime.now(UTC) + timedelta(days=1)) > new


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', "null"])
def test_damaged_record(home, text):
    """A damaged release.json is reported with the file's name."""
    folder = home.folder(build(home, 1).release_id)
    (folder / "release.json").unlink()
    (folder / "release.json").write_text(text)
    with pytest.raises(ReleaseError, match=r"release\.json is damaged"):
        home.current()


def test_missing_record(home):
    """A missing release.json is reported with the file's name."""
    folder = home.folder(build(home, 1).release_id)
    (folder / "release.json").unlink()
    with pytest.raises(ReleaseError, match=r"No such file.*release\.json"):
        home.current()


def test_newer_record(home):
    """Keys that a newer engine adds do not keep an older one from reading."""
    release = build(home, 1)
    path = home.folder(release.release_id) / "release.json"
    values = json.loads(path.read_text())
    values["diff"] = {}
    values["nodes"]["first"]["peak_memory"] = 1
    path.unlink()
    path.write_text(json.dumps(values))
    assert read_release(path.parent) == release


def test_current_is_no_link(home):
    """A folder in the pointer's place is reported, not followed."""
    home.current_link.mkdir(parents=True)
    with pytest.raises(ReleaseError, match="is not a link"):
        home.current()


def test_outside_git(home, tmp_path):
    """Outside git there is no commit."""
    assert git_commit(tmp_path) is None
    assert git_commit(tmp_path / "nowhere") is None
    assert new_release(home, "warehouse build", "tiny", tmp_path).git_commit is None
