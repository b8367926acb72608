"""The fault suite, as one command: kills, publications, readers, and what they cost.

    python tests/release/faults.py --kills 200 --publishes 100 --readers 50

First processes that build are killed (`kill -9`), half of them right before or after a
named step of a publication, half of them at a random moment, while readers ask; then
releases are published, one after the other, while many more readers ask. The exit code
is 0 when nothing was lost, mixed or refused.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

from release_driver import RETENTION, build, whole_number  # noqa: E402 - found beside this file

from warehouse.release.home import Home  # noqa: E402
from warehouse.release.lock import build_lock  # noqa: E402
from warehouse.release.publish import STEPS  # noqa: E402
from warehouse.release.retention import retain  # noqa: E402

READERS_OF_KILLS = 4
SWAP = [step.__name__ for step in STEPS].index("swap_pointer")


@dataclass(slots=True)
class Counts:
    """What was tried, and what went wrong: the last three must be 0."""

    kills: int = 0
    kills_at_a_step: int = 0
    publishes: int = 0
    releases_removed: int = 0
    reader_processes: int = 0
    reader_queries: int = 0
    errors: int = 0
    mixed_releases: int = 0
    lost_releases: int = 0

    @property
    def is_good(self) -> bool:
        """Whether nothing went wrong."""
        return not (self.errors or self.mixed_releases or self.lost_releases)


def started(kind: str, home: Home, *arguments: object) -> subprocess.Popen[str]:
    """Start the driver in a process of its own."""
    words = [sys.executable, HERE / "release_driver.py", kind, home.path, *arguments]
    return subprocess.Popen(
        list(map(str, words)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": f"{HERE.parents[1]}:{HERE}", "PATH": "/usr/bin:/bin"},
    )


@contextmanager
def readers(home: Home, count: int, counts: Counts) -> Iterator[None]:
    """Let so many processes read: a fifth hold one release, the others reopen."""
    stop = home.path.with_name(f"stop-{time.monotonic_ns()}")
    kinds = ["keep" if number % 5 == 0 else "reopen" for number in range(count)]
    running = [started(kind, home, stop) for kind in kinds]
    for process in running:
        assert process.stdout is not None
        process.stdout.readline()  # "ready"
    try:
        yield
    finally:
        stop.write_text("")
        for process in running:
            out, err = process.communicate()
            counts.reader_processes += 1
            if process.returncode != 0:
                counts.errors += 1
                sys.stderr.write(err)
                continue
            said = json.loads(out)
            counts.reader_queries += said["queries"]
            counts.mixed_releases += said["mixed"]


def check(home: Home, least: int, counts: Counts) -> int:
    """Look at what readers have after a kill: one whole release, not an older one."""
    try:
        number = whole_number(home)
    except (AssertionError, OSError, ValueError) as error:
        counts.mixed_releases += 1
        sys.stderr.write(f"not whole: {error}\n")
        return least
    if number < least:
        counts.lost_releases += 1
    return number


def kill(home: Home, kills: int, counts: Counts) -> None:
    """Kill processes that build, at each step in turn and at random moments."""
    chance = random.Random(11)
    places = [
        (step.__name__, moment) for step in STEPS for moment in ("before", "after")
    ]
    number = whole_number(home)
    for tried in range(kills):
        counts.kills += 1
        if tried % 2 == 0:
            step, moment = places[tried // 2 % len(places)]
            process = started("kill", home, number + 1, step, moment)
            is_killed = process.wait() == -9
            done = [name for name, _ in places[::2]].index(step) + (moment == "after")
            least = number + 1 if done > SWAP else number
            counts.kills_at_a_step += 1
        else:
            process = started("forever", home, number)
            assert process.stdout is not None
            process.stdout.readline()  # "ready"
            time.sleep(chance.random())
            process.kill()
            is_killed, least = process.wait() == -9, number
        _, err = process.communicate()
        if not is_killed:
            counts.errors += 1
            sys.stderr.write(err)
        found = check(home, least, counts)
        counts.publishes += found - number
        number = found


def publish(home: Home, publishes: int, counts: Counts) -> None:
    """Publish one release after the other; old ones go."""
    first = whole_number(home) + 1
    for number in range(first, first + publishes):
        build(home, number)
        with build_lock(home, "warehouse build"):
            counts.releases_removed += len(retain(home, RETENTION))
        counts.publishes += 1
    if check(home, first + publishes - 1, counts) != first + publishes - 1:
        counts.lost_releases += 1


def suite(folder: Path, kills: int, publishes: int, readers_count: int) -> Counts:
    """Run all of it in an empty folder."""
    home, counts = Home(folder / "home"), Counts()
    build(home, 0)
    counts.publishes += 1
    with readers(home, min(READERS_OF_KILLS, readers_count), counts):
        kill(home, kills, counts)
    with readers(home, readers_count, counts):
        publish(home, publishes, counts)
    return counts


def main() -> int:
    """Run the suite and print its counts."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--publishes", type=int, default=100)
    parser.add_argument("--readers", type=int, default=50)
    asked = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        counts = suite(Path(folder), asked.kills, asked.publishes, asked.readers)
    for found in fields(counts):
        name = found.name.replace("_", " ")
        sys.stdout.write(f"{name:<18}{getattr(counts, found.name):>9,}\n")
    sys.stdout.write(f"{'seconds':<18}{time.monotonic() - begun:>9,.0f}\n")
    return 0 if counts.is_good else 1


if __name__ == "__main__":
    raise SystemExit(main())
