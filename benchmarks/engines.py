"""The engines that are compared: how each is called, and what its builds leave."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from measuring import Command

PEERS = {
    "dbt": ("dbt-core>=1.11,<1.12", "dbt-duckdb>=1.10", "pyarrow>=20", "scipy>=1.14"),
    "sqlmesh": ("sqlmesh",),
}
PACKAGES = {
    "ours": ("duckdb", "sqlglot", "jinja2"),
    "dbt": ("dbt-core", "dbt-duckdb", "duckdb"),
    "sqlmesh": ("sqlmesh", "duckdb"),
}
DATABASE = "target/generated.duckdb"  # of the profile that specification.py writes
PROFILE = (
    "{name}:\n  target: dev\n  outputs:\n"
    "    dev: {{type: duckdb, path: target/bench.duckdb, threads: {threads}}}\n"
)


@dataclass(frozen=True, slots=True)
class Engine:
    """One engine in its copy of the project; a word it does not know is no case."""

    name: str
    folder: Path
    command: Command
    words: dict[str, tuple[str, ...]]  # the command's arguments, by what is asked
    left: tuple[str, ...]  # what a clean copy lacks
    database: str  # the file that a build leaves

    def call(self, word: str) -> Command:
        """Return the command for what is asked."""
        return [*self.command, *self.words[word]]

    def clean(self) -> None:
        """Remove all that builds and parses have left."""
        for name in self.left:
            path = self.folder / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def ours(folder: Path) -> Engine:
    """Return our engine; it builds releases."""
    place = ("--home", "data", *_profiles(folder))
    words = {
        "build": ("build", *place),
        "parse": ("parse", *place),
        "ls": ("ls", *place),
        "--help": ("--help",),
        "--version": ("--version",),
    }
    command: Command = [sys.executable, "-m", "warehouse"]
    left = ("data", "target", "logs")
    return Engine("ours", folder, command, words, left, "data/current/warehouse.duckdb")


def dbt(folder: Path, path: Path) -> Engine:
    """Return dbt; it builds in place, and sends nothing home."""
    place = _profiles(folder)
    words = {
        "build": ("build", *place, "--quiet"),
        "parse": ("parse", *place, "--quiet"),
        "ls": ("ls", *place),
        "--help": ("--help",),
        "--version": ("--version",),
    }
    left = ("target", "logs")
    quiet = ("env", "DO_NOT_TRACK=1", "DBT_SEND_ANONYMOUS_USAGE_STATS=0")
    return Engine("dbt", folder, [*quiet, path], words, left, DATABASE)


def sqlmesh(folder: Path, path: Path) -> Engine:
    """Return SQLMesh on its form of the project."""
    words = {
        "build": ("plan", "--auto-apply", "--no-prompts"),
        "--help": ("--help",),
        "--version": ("--version",),
    }
    quiet = ("env", "SQLMESH__DISABLE_ANONYMIZED_ANALYTICS=1")
    left = ("mesh.duckdb", "mesh.duckdb.wal", ".cache", "logs")
    return Engine("sqlmesh", folder, [*quiet, path], words, left, "mesh.duckdb")


def script(folder: Path) -> Engine:
    """Return the bare statements; they know one thing."""
    words = {"build": ("script.py",)}
    left = ("script.duckdb",)
    return Engine("script", folder, [sys.executable], words, left, left[0])


def _profiles(folder: Path) -> tuple[str, ...]:
    """Name the project's own profile; make one where it has none."""
    if (folder / "profiles.yml").exists():
        return ("--profiles-dir", ".")
    profiles = folder / ".profiles"
    profiles.mkdir(exist_ok=True)
    text = PROFILE.format(name=_profile(folder), threads=os.cpu_count())
    (profiles / "profiles.yml").write_text(text)
    return ("--profiles-dir", ".profiles")


def _profile(project: Path) -> str:
    for line in (project / "dbt_project.yml").read_text().splitlines():
        if line.startswith("profile:"):
            return line.split(":", 1)[1].strip().strip("'\"")
    raise SystemExit("dbt_project.yml names no profile")


def installed(peer: str, work: Path) -> Path:
    """Install a peer into a virtual environment of its own; return its command."""
    venv = work / f"venv-{peer}"
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    pip = [venv / "bin" / "python", "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, *PEERS[peer]], check=True)
    return venv / "bin" / peer


def versions(commands: dict[str, Path]) -> dict[str, str]:
    """Return what each engine is made of, in words."""
    found = {}
    for name in ("ours", *commands):
        near = commands[name].parent / "python" if name in commands else sys.executable
        code = (
            "import json, sys; from importlib.metadata import version;"
            "print(json.dumps([version(p) for p in sys.argv[1:]]))"
        )
        packages = PACKAGES[name]
        told = subprocess.run(
            [near, "-c", code, *packages], check=True, capture_output=True, text=True
        )
        pairs = zip(packages, json.loads(told.stdout), strict=True)
        found[name] = ", ".join(f"{package} {number}" for package, number in pairs)
    return found
