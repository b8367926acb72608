"""One process's cost, and medians of several."""

import os
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

Command = list[str | Path]
# The unit of `ru_maxrss`: KiB, but bytes on macOS.
SCALE = 1024 if sys.platform != "darwin" else 1024 * 1024


@dataclass(frozen=True, slots=True)
class Sample:
    """Seconds of wall and CPU time, and peak memory in MiB."""

    wall: float
    cpu: float
    memory: float


def run(command: Command, folder: Path) -> Sample:
    """Run a command to its end and measure it; a failing command ends the benchmark."""
    log = folder / ".output"
    # As for whoever installs an engine: its modules are compiled once, not each time.
    environment = {**os.environ}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with log.open("w") as output:
        clock = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - clock
    if status:
        words = " ".join(map(str, command))
        raise SystemExit(f"{log.read_text()[-2000:]}\n`{words}` failed in {folder}")
    return Sample(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / SCALE)


def median(samples: list[Sample]) -> Sample:
    """Return the medians of each measure."""
    measures = zip(*(asdict(sample).values() for sample in samples), strict=True)
    return Sample(*(statistics.median(values) for values in measures))
