"""Several at once: builds, rollbacks and pins of one home, and who reads meanwhile."""

import json
import subprocess
import sys
import time

import pytest
from release_driver import build, whole_number
from tiny import PROJECT, RELEASED, TinyProject

from warehouse.release.history import fault_of_current
from warehouse.release.home import Home
from warehouse.release.journal import PUBLISH, ROLLBACK, acts
from warehouse.release.verify import verify

SECONDS = 4
ROUNDS = 5


def test_who_comes_second_waits_or_is_turned_away(home, drive, tmp_path):
    """Whatever meets whatever: readers see whole releases, and the history is true."""
    build(home, 0)
    stop = tmp_path / "stop"
    racers = [drive("race", home, stop, seed) for seed in range(4)]
    readers = [drive("reopen", home, stop) for _ in range(2)]
    for process in (*racers, *readers):
        assert process.stdout.readline() == "ready\n", process.stderr.read()
    time.sleep(SECONDS)
    stop.write_text("")
    told = [process.communicate() for process in (*racers, *readers)]
    assert {p.returncode for p in (*racers, *readers)} == {0}, told
    done = [json.loads(out) for out, _ in told]
    assert [found["mixed"] for found in done[len(racers) :]] == [0, 0]
    sums = {act: sum(found[act] for found in done[: len(racers)]) for act in done[0]}
    assert all(sums.values()), sums
    whole_number(home)
    assert not any(verify(home, name).findings for name in home.release_ids())
    moves = [act for act in acts(home) if act.action in {PUBLISH, ROLLBACK}]
    assert [act.to_id for act in moves[:-1]] == [act.from_id for act in moves[1:]]
    assert moves[-1].to_id == home.current_id()
    assert sums["built"] == len([a for a in moves if a.action == PUBLISH]) - 1


@pytest.mark.parametrize("number", range(ROUNDS))
def test_two_builds_of_one_moment(tmp_path, number):
    """One publishes; the other is told who builds, or publishes after it."""
    project = TinyProject(tmp_path)
    model = "{{ config(materialized='table') }} select {{ var('n') }} as n"
    project.write({**PROJECT, **RELEASED, "models/marts/m.sql": model})
    words = [sys.executable, "-m", "warehouse", "build", "--project-dir", str(tmp_path)]
    running = [
        subprocess.Popen(
            [*words, "--vars", f"{{n: {number + n}}}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for n in (100, 200)
    ]
    told = [process.communicate()[0] for process in running]
    codes = [process.returncode for process in running]
    assert 0 in codes, told
    assert set(codes) <= {0, 3}, told
    for code, text in zip(codes, told, strict=True):
        assert ("held by pid" in text) == (code == 3), text
    home = Home(tmp_path / "data")
    assert fault_of_current(home) is None
    assert len(home.release_ids()) == codes.count(0)
    ((n,),) = project.rows("select n from m")
    assert n - number in {100 * (i + 1) for i, code in enumerate(codes) if code == 0}
