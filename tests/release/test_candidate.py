import threading
from pathlib import Path

import duckdb
import pytest
from release_driver import build

from warehouse.errors import ReleaseError
from warehouse.release.candidate import (
    open_candidate,
    peek_candidate,
    resume_candidate,
)
from warehouse.release.history import rollback
from warehouse.release.states import NodeStates, write_states
from warehouse.run.states import NodeState

STATE = NodeState("model", "table", "f1", '"marts"."first"', rows=3)


def test_first(home):
    """The first candidate is empty: no database, no known node."""
    candidate = open_candidate(home)
    assert not candidate.database_path.exists()
    assert candidate.marts.is_dir()
    assert candidate.states.known() == {}


def test_copy_of_current(home):
    """A candidate holds the current release's tables and what is known of them."""
    release = build(home, 7)
    candidate = open_candidate(home)
    assert candidate.states.known() == release.nodes
    with duckdb.connect(str(candidate.database_path)) as connection:
        assert connection.execute("from marts.first limit 1").fetchall() == [(7,)]
        connection.execute("drop table marts.first")
    assert list(candidate.marts.iterdir()) == []


def test_resume(home):
    """What a failed build left is gone on with: its database and its states."""
    build(home, 7)
    left = open_candidate(home)
    left.states.record("second", STATE)
    resumed = resume_candidate(home)
    assert resumed is not None
    assert resumed.states.known() == left.states.known()


def test_resume_after_crash(home, monkeypatch):
    """After the machine began anew a candidate is not trusted: it was not flushed."""
    left = open_candidate(home, brief=True)
    assert resume_candidate(home) is not None
    monkeypatch.setattr("warehouse.release.disk.boot", lambda: "another")
    assert left.is_brief
    assert resume_candidate(home) is None


def test_resume_without_boot(home, monkeypatch):
    """Where nothing tells the boot, what is written is flushed as it comes."""
    monkeypatch.setattr("warehouse.release.disk.boot", lambda: None)
    assert not open_candidate(home, brief=True).is_brief
    assert resume_candidate(home) is not None


def test_resume_nothing(home):
    """There is nothing to resume at first, nor after a publication."""
    assert resume_candidate(home) is None
    build(home, 7)
    assert resume_candidate(home) is None


def test_resume_stale(home):
    """A candidate of a release that is no longer the current one is not resumed."""
    build(home, 7)
    build(home, 8)
    open_candidate(home)
    rollback(home)
    assert resume_candidate(home) is None


def test_resume_damaged(home):
    """A candidate whose states cannot be read is not resumed."""
    left = open_candidate(home)
    (left.folder / "nodes.jsonl").write_text("nonsense\n")
    assert resume_candidate(home) is None


def test_resume_incomplete(home):
    """A candidate without its marts' folder, or with a torn base, is not resumed."""
    build(home, 0)
    folder = open_candidate(home).folder
    assert resume_candidate(home) is not None
    (folder / "marts").rmdir()
    assert resume_candidate(home) is None
    folder = open_candidate(home).folder
    (folder / "base").write_bytes(b"\xff\xfe")
    assert resume_candidate(home) is None


def test_fresh(home):
    """A fresh candidate takes nothing from the current release."""
    build(home, 7)
    candidate = open_candidate(home, fresh=True)
    assert not candidate.database_path.exists()
    assert candidate.states.known() == {}


def test_leftovers(home):
    """What killed builds left, under any name, is gone from the next candidate."""
    left = open_candidate(home)
    left.database_path.write_text("half")
    (home.path / ".tmp-candidate-1234").mkdir()
    (home.path / ".tmp-current-1234").symlink_to("releases/nowhere")
    candidate = open_candidate(home)
    assert not candidate.database_path.exists()
    assert sorted(path.name for path in home.path.iterdir()) == [
        "candidate",
        "releases",
    ]


def test_damaged_current(home):
    """A damaged current release is reported; a fresh candidate does without it."""
    (home.folder(build(home, 7).release_id) / "release.json").unlink()
    with pytest.raises(ReleaseError, match=r"release\.json"):
        open_candidate(home)
    open_candidate(home, fresh=True)


def states_at(path, known):
    """Return the states of a file that begins with these."""
    write_states(path, known)
    return NodeStates(path)


def test_forget(tmp_path):
    """A node forgotten before it is rebuilt is unknown to whoever reads the file."""
    states = states_at(tmp_path / "nodes.jsonl", {"first": STATE})
    assert states.get("first") == STATE
    states.forget("first")
    assert NodeStates(tmp_path / "nodes.jsonl").get("first") is None
    states.record("first", STATE)
    assert NodeStates(tmp_path / "nodes.jsonl").get("first") == STATE


def test_test_results(tmp_path):
    """A data test's result is kept as a state, with its status and failures."""
    passed = NodeState("test", "test", "f2", status="warn", failures=2)
    states_at(tmp_path / "nodes.jsonl", {}).record("unique_first", passed)
    assert NodeStates(tmp_path / "nodes.jsonl").known() == {"unique_first": passed}


def test_torn_line(tmp_path):
    """A line that a kill cut short is dropped, and the next one stands whole."""
    path = tmp_path / "nodes.jsonl"
    states_at(path, {"first": STATE, "second": STATE})
    path.write_bytes(path.read_bytes()[:-5])
    states = NodeStates(path)
    assert list(states.known()) == ["first"]
    states.record("third", STATE)
    assert list(NodeStates(path).known()) == ["first", "third"]


def test_damaged_line(tmp_path):
    """A damaged line is reported with its file and number."""
    path = tmp_path / "nodes.jsonl"
    states_at(path, {"first": STATE})
    path.write_text(path.read_text() + "{]\n")
    with pytest.raises(ReleaseError, match=r"nodes\.jsonl:2: damaged"):
        NodeStates(path)


def test_threads(tmp_path):
    """Threads record at once and lose nothing."""
    states = states_at(tmp_path / "nodes.jsonl", {})

    def work(number: int) -> None:
        for i in range(20):
            states.record(f"{number}.{i}", STATE)
        states.forget(f"{number}.0")

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(states.known()) == 8 * 19
    assert NodeStates(tmp_path / "nodes.jsonl").known() == states.known()


def test_a_look_cuts_nothing(home):
    """Whoever only looks leaves the line that a build is in the middle of."""
    left = open_candidate(home)
    left.states.record("first", STATE)
    left.states.close()
    path = left.folder / "nodes.jsonl"
    with path.open("a") as file:
        file.write('{"unique_id": "sec')
    text = path.read_text()
    assert peek_candidate(home) == {"first": STATE}
    assert path.read_text() == text
    assert resume_candidate(home) is not None
    assert path.read_text() != text


def test_what_cannot_be_forgotten_is_known():
    """A node is not forgotten in memory before it is on the disk."""
    states = NodeStates(Path("/dev/full"), {"first": STATE})
    for _ in range(2):
        with pytest.raises(OSError, match="No space"):
            states.forget("first")
    assert states.get("first") == STATE
    states.close()


def test_a_state_knows_its_run(home):
    """What is built is known by the run that built it, which makes it no other."""
    states = open_candidate(home).states
    states.run = "20260101T000000Z-000000"
    states.record("first", STATE)
    states.close()
    resumed = resume_candidate(home)
    assert resumed.states.get("first") == STATE
    assert resumed.states.get("first").run == "20260101T000000Z-000000"
