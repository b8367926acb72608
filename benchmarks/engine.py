"""Build one project with our engine and with its peers, side by side, and compare.

    python benchmarks/engine.py [--project DIR | --models N] [--rounds N] [--json FILE]
                                [--peers dbt,sqlmesh,script]
                                [--dbt PATH] [--sqlmesh PATH]

Without --models the project is this repository's, or any dbt project's folder, built by
ours and by dbt. With --models it is generated from one specification for each engine
and for a bare script of the same statements. Each round runs every case once, each in a
fresh process, so that a slow moment of the machine meets all. Printed are medians of
wall time, CPU time and peak memory, and the ratio of each peer's wall time to ours.
Peers come from virtual environments of their own, which are made where no path is
given. Nothing is built where it stands.
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
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from specification import specify, write_dbt, write_script, write_sqlmesh

PEERS = {
    "dbt": ("dbt-core>=1.11,<1.12", "dbt-duckdb>=1.10", "pyarrow>=20", "scipy>=1.14"),
    "sqlmesh": ("sqlmesh",),
}
PROFILE = (
    "{name}:\n  target: dev\n  outputs:\n"
    "    dev: {{type: duckdb, path: {path}, threads: 2}}\n"
)
Command = list[str | Path]


@dataclass(frozen=True, slots=True)
class Sample:
    """One process: seconds of wall and CPU time, and peak memory in MiB."""

    wall: float
    cpu: float
    memory: float


@dataclass(frozen=True, slots=True)
class Engine:
    """How one engine builds its copy of the project, and what a clean one lacks."""

    name: str
    folder: Path
    build: Command
    left: tuple[str, ...]

    def clean(self) -> None:
        """Remove all that its builds and parses have left."""
        for name in self.left:
            path = self.folder / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def run(command: Command, folder: Path) -> Sample:
    """Run a command to its end and measure it; a failing command ends the benchmark."""
    clock = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - clock
    if status:
        raise SystemExit(f"{command[0]} failed with status {status}")
    scale = 1024 if sys.platform != "darwin" else 1024 * 1024
    return Sample(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / scale)


def ours(folder: Path) -> Engine:
    """Return our engine on a project's copy."""
    command: Command = [sys.executable, "-m", "warehouse"]
    return Engine("ours", folder, [*command, "build"], ("data", "target"))


def dbt(folder: Path, path: Path) -> Engine:
    """Return dbt on a project's copy, with a profile of its own."""
    profiles = folder / ".profiles"
    profiles.mkdir()
    text = PROFILE.format(name=_profile(folder), path=folder / "target" / "dbt.duckdb")
    (profiles / "profiles.yml").write_text(text)
    command: Command = [path, "build", "--profiles-dir", profiles, "--quiet"]
    return Engine("dbt", folder, command, ("target", "logs"))


def sqlmesh(folder: Path, path: Path) -> Engine:
    """Return SQLMesh on its form of the project."""
    command: Command = [path, "plan", "--auto-apply", "--no-prompts"]
    return Engine("sqlmesh", folder, command, ("mesh.duckdb", ".cache", "logs"))


def script(folder: Path) -> Engine:
    """Return the bare statements."""
    return Engine("script", folder, [sys.executable, "script.py"], ("script.duckdb",))


def _profile(project: Path) -> str:
    for line in (project / "dbt_project.yml").read_text().splitlines():
        if line.startswith("profile:"):
            return line.split(":", 1)[1].strip()
    raise SystemExit("dbt_project.yml names no profile")


def installed(peer: str, work: Path) -> Path:
    """Install a peer into a virtual environment of its own; return its command."""
    venv = work / f"venv-{peer}"
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    pip = [venv / "bin" / "python", "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, *PEERS[peer]], check=True)
    return venv / "bin" / peer


def copied(options: argparse.Namespace, commands: dict[str, Path]) -> list[Engine]:
    """Return ours and dbt on copies of an existing project."""
    left = shutil.ignore_patterns("data", "target", "logs", ".*", "*.egg*")
    for name in ("ours", "dbt"):
        shutil.copytree(options.project, options.work / name, ignore=left)
    return [
        ours(options.work / "ours"),
        dbt(options.work / "dbt", commands["dbt"]),
    ]


def generated(options: argparse.Namespace, commands: dict[str, Path]) -> list[Engine]:
    """Return each engine on its form of a generated project."""
    work = options.work
    specification = specify(options.models)
    write_dbt(specification, work / "ours")
    engines = [ours(work / "ours")]
    if "dbt" in options.peers:
        write_dbt(specification, work / "dbt")
        engines.append(dbt(work / "dbt", commands["dbt"]))
    if "sqlmesh" in options.peers:
        write_sqlmesh(specification, work / "sqlmesh")
        engines.append(sqlmesh(work / "sqlmesh", commands["sqlmesh"]))
    if "script" in options.peers:
        write_script(specification, work / "script")
        engines.append(script(work / "script"))
    return engines


def measured(engines: list[Engine], edits: dict[str, Callable]) -> dict[str, Sample]:
    """Run one round of all cases; return each sample by case and engine."""
    samples = {}
    for engine in engines:
        engine.clean()
        samples[f"clean build, {engine.name}"] = run(engine.build, engine.folder)
    for case, edit in {"nothing changed": lambda _: None, **edits}.items():
        for engine in engines:
            # A bare script knows no change: it builds all again, or nothing.
            if engine.name == "script":
                continue
            edit(engine.folder)
            samples[f"{case}, {engine.name}"] = run(engine.build, engine.folder)
    for case in ("--version", "--help", "ls"):
        command = [*engines[0].build[:-1], case]
        samples[f"{case}, ours"] = run(command, engines[0].folder)
    return samples


def change_leaf(folder: Path) -> None:
    """Change what the last mart computes; nothing reads it."""
    path = max(folder.glob("models/**/marts_*.sql"))
    path.write_text(path.read_text().replace("amount - ", "amount - 1 - ", 1))


def change_comment(folder: Path) -> None:
    """Change a comment in the first staging model, which nearly all depend on."""
    path = min(folder.glob("models/**/staging_*.sql"))
    path.write_text(path.read_text().replace("\nselect\n", "\n-- a word\nselect\n", 1))


def median(samples: list[Sample]) -> Sample:
    """Return the medians of each measure."""
    measures = zip(*(asdict(sample).values() for sample in samples), strict=True)
    return Sample(*(statistics.median(values) for values in measures))


def report(medians: dict[str, Sample]) -> None:
    """Print a table, each peer's wall time as a ratio to ours."""
    print(f"{'case':28}{'wall s':>9}{'cpu s':>9}{'MiB':>8}{'to ours':>9}")
    for name, sample in medians.items():
        our = medians[f"{name.rpartition(',')[0]}, ours"].wall
        print(
            f"{name:28}{sample.wall:9.2f}{sample.cpu:9.2f}{sample.memory:8.0f}"
            f"{sample.wall / our:9.1f}"
        )


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--project", type=Path, default=Path(__file__).parents[1])
    parser.add_argument("--models", type=int, help="generate a project of this size")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peers", default="dbt", type=lambda text: text.split(","))
    parser.add_argument("--dbt", type=Path, help="dbt's command, if installed")
    parser.add_argument("--sqlmesh", type=Path, help="SQLMesh's command, if installed")
    parser.add_argument("--json", type=Path, help="write samples and medians here")
    return parser.parse_args()


def main() -> None:
    """Measure, print, and write JSON if asked."""
    options = parsed()
    with tempfile.TemporaryDirectory() as folder:
        options.work = Path(folder)
        commands = {
            peer: getattr(options, peer) or installed(peer, options.work)
            for peer in PEERS
            if peer in options.peers
        }
        make = generated if options.models else copied
        engines = make(options, commands)
        edits = (
            {"one leaf changed": change_leaf, "one comment changed": change_comment}
            if options.models
            else {}
        )
        samples: dict[str, list[Sample]] = {}
        for _ in range(options.rounds):
            for name, sample in measured(engines, edits).items():
                samples.setdefault(name, []).append(sample)
    medians = {name: median(values) for name, values in samples.items()}
    size = f"{options.models} models, " if options.models else ""
    print(
        f"{size}{platform.platform()}, {os.cpu_count()} cores, {options.rounds} rounds"
    )
    report(medians)
    if options.json:
        values = {name: [asdict(s) for s in found] for name, found in samples.items()}
        options.json.write_text(json.dumps(values, indent=2))


if __name__ == "__main__":
    main()
