"""Builds a tiny release; as a script, does it in a process that can be killed.

The release has two tables and marts, `first` and `second`, which hold one same number
in every row: a reader that sees two numbers has seen a half state.
"""

import json
import os
import random
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from warehouse.engine.duckdb import DuckDB
from warehouse.errors import LockedError, ReleaseError
from warehouse.jinja.relation import Relation
from warehouse.release import publish as publication
from warehouse.release.candidate import Candidate, open_candidate
from warehouse.release.disk import sha256
from warehouse.release.export import export_mart
from warehouse.release.history import rollback
from warehouse.release.home import Home
from warehouse.release.lock import build_lock
from warehouse.release.mart import Mart
from warehouse.release.pins import pin, unpin
from warehouse.release.provenance import new_release
from warehouse.release.record import Release
from warehouse.release.retention import Retention, retain
from warehouse.run.states import NodeState

NAMES = ("first", "second")
# Releases go while readers ask, but not within the time that one look of theirs takes,
# fifty of them on two cores: a project's own grace is a quarter of an hour.
RETENTION = Retention(keep=3, grace=20)
NUMBERS = "select min(v), max(v), count(*) from (from marts.{} union all from marts.{})"


def fill(home: Home, number: int, fresh: bool = False) -> tuple[Candidate, Release]:
    """Make a candidate whose tables hold `number`, and the release it would be."""
    candidate = open_candidate(home, fresh=fresh)
    engine = DuckDB.open(candidate.database_path)
    engine.create_schemas(["marts"])
    marts = []
    for name in NAMES:
        relation = Relation(None, "marts", name)
        candidate.states.forget(name)
        rows = engine.create_table(relation, f"select {number} as v from range(10)")
        state = NodeState("model", "table", str(number), str(relation), rows)
        candidate.states.record(name, state)
        marts.append(export_mart(engine, Mart(relation, name), candidate.marts))
    engine.close()
    release = new_release(home, "warehouse build", "tiny", home.path)
    return candidate, replace(release, marts=tuple(marts), tests={"pass": 2})


def build(home: Home, number: int, fresh: bool = False) -> Release:
    """Publish a release whose tables hold `number`."""
    with build_lock(home, "warehouse build"):
        return publication.publish(home, *fill(home, number, fresh))


def numbers(folder: Path) -> set[int]:
    """Return the numbers in a release's database and Parquet files."""
    path = str(folder / "warehouse.duckdb")
    with duckdb.connect(path, read_only=True) as connection:
        low, high, count = connection.execute(NUMBERS.format(*NAMES)).fetchall()[0]
    assert count == 20
    tables = [pq.read_table(folder / "marts" / f"{name}.parquet") for name in NAMES]
    return {low, high}.union(*(table["v"].to_pylist() for table in tables))


def whole_number(home: Home) -> int:
    """Return the current release's one number; assert that the release is whole."""
    release = home.current()
    assert release is not None
    folder = home.folder(release.release_id)
    assert sha256(folder / "warehouse.duckdb") == release.database_sha256
    for mart in release.marts:
        assert sha256(folder / mart.path) == mart.sha256
    (number,) = numbers(home.current_link)
    return number


def spoil(path: Path) -> None:
    """Change one byte in the middle of a file, as a failing disk does."""
    path.chmod(0o644)
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 0xFF]))


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def publish_and_die(home: Home, number: int, step: str, moment: str) -> None:
    """Publish, killing this process with no word before or after a step."""

    def deadly(function):
        def wrapped(stage) -> None:
            if moment == "before":
                _die()
            function(stage)
            _die()

        return wrapped if function.__name__ == step else function

    publication.STEPS = tuple(deadly(function) for function in publication.STEPS)
    build(home, number)


def build_forever(home: Home, number: int) -> None:
    """Publish and retain until killed, saying nothing of what was done."""
    say("ready")
    while True:
        number += 1
        build(home, number)
        with build_lock(home, "warehouse build"):
            retain(home, RETENTION)


def race(home: Home, stop: Path, seed: int) -> None:
    """Build, roll back, pin and unpin at random, like the others; say what was done."""
    chance = random.Random(seed)
    done = dict.fromkeys(("built", "rolled back", "pinned", "unpinned", "refused"), 0)
    say("ready")
    while not stop.exists():
        act = chance.choice(list(done)[:-1])
        try:
            _move(home, act, chance.randrange(10**6))
        except (LockedError, ReleaseError) as refused:
            text = str(refused)
            assert any(word in text for word in FORESEEN), text
            act = "refused"
        done[act] += 1
    say(json.dumps(done))


FORESEEN = ("held by", "there is no release before", "is not pinned")


def _move(home: Home, act: str, number: int) -> None:
    match act:
        case "built":
            build(home, number)
            with build_lock(home, "warehouse build", 10):
                retain(home, Retention(2))
        case "rolled back":
            with build_lock(home, "warehouse rollback", 1):
                rollback(home, reason="a race")
        case "pinned":
            pin(home, "current", "a race")
        case "unpinned":
            unpin(home, "current")


def say(line: str) -> None:
    """Tell the test that started this process."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def hold_lock(home: Home) -> None:
    """Hold the build lock until killed; say when it is held."""
    with build_lock(home, "warehouse build --select held"):
        say("held")
        time.sleep(60)


def keep_reading(home: Home, stop: Path) -> None:
    """Query one open database all the time; say what was seen."""
    path = str(home.current_link / "warehouse.duckdb")
    seen, queries = set(), 0
    with duckdb.connect(path, read_only=True) as connection:
        say("ready")
        while not stop.exists():
            found = connection.execute(NUMBERS.format(*NAMES)).fetchall()[0]
            seen.add(found)
            queries += 1
    say(json.dumps({"seen": sorted(seen), "queries": queries, "mixed": 0}))


def reopen(home: Home, stop: Path) -> None:
    """Open the current release anew for each look; say what was seen."""
    seen, mixed = set(), 0
    say("ready")
    queries = 0
    while not stop.exists():
        found = numbers(home.current_link.resolve())
        mixed += len(found) != 1
        path = str(home.current_link / "warehouse.duckdb")
        with duckdb.connect(path, read_only=True) as connection:
            low, high, _ = connection.execute(NUMBERS.format(*NAMES)).fetchall()[0]
        mixed += low != high
        seen |= found
        queries += 2
    say(json.dumps({"seen": sorted(seen), "queries": queries, "mixed": mixed}))


def main(command: str, path: str, *arguments: str) -> None:
    """Do one of the above."""
    home = Home(Path(path))
    match command, arguments:
        case "kill", (number, step, moment):
            publish_and_die(home, int(number), step, moment)
        case "forever", (number,):
            build_forever(home, int(number))
        case "race", (stop, seed):
            race(home, Path(stop), int(seed))
        case "lock", ():
            hold_lock(home)
        case "keep", (stop,):
            keep_reading(home, Path(stop))
        case "reopen", (stop,):
            reopen(home, Path(stop))


if __name__ == "__main__":
    main(*sys.argv[1:])
