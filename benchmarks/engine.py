"""Build one dbt project with our engine and with dbt, side by side, and compare.

    python benchmarks/engine.py [--project DIR] [--rounds N] [--dbt PATH] [--json FILE]

Each round runs every case once, in a fresh process, so that a slow moment of the
machine meets both. Printed are medians of wall time, CPU time and peak memory, and the
ratio to dbt. dbt comes from a virtual environment of its own, which is made when --dbt
is not given. The project is copied first; nothing is built where it stands.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

PEER = ("dbt-core>=1.11,<1.12", "dbt-duckdb>=1.10")
PROFILE = (
    "{name}:\n  target: dev\n  outputs:\n    dev: {{type: duckdb, path: {path}}}\n"
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One process: seconds of wall and CPU time, and peak memory in MiB."""

    wall: float
    cpu: float
    memory: float


def run(command: list[str | Path], folder: Path) -> Sample:
    """Run a command to its end and measure it; a failing command ends the benchmark."""
    clock = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - clock
    if status:
        raise SystemExit(f"{command[0]} failed with status {status}")
    scale = 1024 if sys.platform != "darwin" else 1024 * 1024
    return Sample(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / scale)


def cases(project: Path, dbt: Path, work: Path) -> dict[str, list[str | Path]]:
    """Return the command of each case, in the order in which they run."""
    ours: list[str | Path] = [
        sys.executable,
        "-m",
        "warehouse",
        "--project-dir",
        project,
    ]
    profiles = work / "profiles"
    profiles.mkdir(exist_ok=True)
    name = _profile(project)
    text = PROFILE.format(name=name, path=work / "dbt.duckdb")
    (profiles / "profiles.yml").write_text(text)
    theirs: list[str | Path] = [dbt, "build", "--project-dir", project]
    theirs += ["--profiles-dir", profiles, "--target-path", work / "target"]
    theirs += ["--log-path", work / "logs", "--quiet"]
    return {
        "clean build, ours": [*ours, "build", "--full-refresh"],
        "clean build, dbt": [*theirs, "--no-partial-parse"],
        "nothing changed, ours": [*ours, "build"],
        "nothing changed, dbt": theirs,
    }


def _profile(project: Path) -> str:
    for line in (project / "dbt_project.yml").read_text().splitlines():
        if line.startswith("profile:"):
            return line.split(":", 1)[1].strip()
    raise SystemExit("dbt_project.yml names no profile")


def installed_dbt(work: Path) -> Path:
    """Install dbt into a virtual environment of its own; return its command."""
    venv = work / "venv"
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    pip = [venv / "bin" / "python", "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, *PEER], check=True)
    return venv / "bin" / "dbt"


def median(samples: list[Sample]) -> Sample:
    """Return the medians of each measure."""
    measures = zip(*(asdict(sample).values() for sample in samples), strict=True)
    return Sample(*(statistics.median(values) for values in measures))


def report(medians: dict[str, Sample]) -> None:
    """Print a table, and the ratio of dbt's wall time to ours."""
    print(f"{'case':26}{'wall s':>9}{'cpu s':>9}{'MiB':>8}")
    for name, sample in medians.items():
        print(f"{name:26}{sample.wall:9.2f}{sample.cpu:9.2f}{sample.memory:8.0f}")
    for what in ("clean build", "nothing changed"):
        ratio = medians[f"{what}, dbt"].wall / medians[f"{what}, ours"].wall
        print(f"{what}: {ratio:.1f} times as fast as dbt")


def main() -> None:
    """Measure, print, and write JSON if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    root = Path(__file__).parents[1]
    parser.add_argument("--project", type=Path, default=root)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--dbt", type=Path, help="dbt's command, if installed")
    parser.add_argument("--json", type=Path, help="write samples and medians here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        project = work / "project"
        left = shutil.ignore_patterns("data", "target", "logs", ".*", "*.egg*")
        shutil.copytree(options.project, project, ignore=left)
        dbt = options.dbt or installed_dbt(work)
        samples: dict[str, list[Sample]] = {}
        for _ in range(options.rounds):
            for name, command in cases(project, dbt, work).items():
                samples.setdefault(name, []).append(run(command, work))
    medians = {name: median(values) for name, values in samples.items()}
    print(f"{platform.platform()}, {os.cpu_count()} cores, {options.rounds} rounds")
    report(medians)
    if options.json:
        values = {k: [asdict(s) for s in v] for k, v in samples.items()}
        options.json.write_text(json.dumps(values, indent=2))


if __name__ == "__main__":
    main()
