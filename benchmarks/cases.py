"""What is measured: each case is an edit and a command, for every engine that knows it.

A part is a project with its cases; in each round every case runs once on every engine.
"""

import csv
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from engines import Engine, dbt, ours, script, sqlmesh
from measuring import Sample, run
from specification import (
    specify,
    write_dbt,
    write_history,
    write_large_seed,
    write_script,
    write_sqlmesh,
)

ROOT = Path(__file__).parents[1]
FIRST = "clean build"
Edit = Callable[[Engine], None]
Samples = dict[str, dict[str, list[Sample]]]  # by case and engine


@dataclass(frozen=True, slots=True)
class Case:
    """A command after an edit; nobody's who is not in `engines`, if that says any."""

    name: str
    word: str
    edit: Edit = lambda _: None
    engines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """Engines on their copies of one project, and the cases in their order."""

    engines: tuple[Engine, ...]
    cases: tuple[Case, ...]
    compared: tuple[str, ...] = ()  # tables that all must have alike

    def round(self, number: int) -> Iterator[tuple[str, str, Sample]]:
        """Run every case once on every engine, each time another engine first."""
        turn = number % len(self.engines)
        engines = (*self.engines[turn:], *self.engines[:turn])
        for case in self.cases:
            for engine in engines:
                if case.engines and engine.name not in case.engines:
                    continue
                if case.word in engine.words:
                    case.edit(engine)
                    sample = run(engine.call(case.word), engine.folder)
                    yield case.name, engine.name, sample


def measured(part: Part, rounds: int, told: Callable[[str], None]) -> Samples:
    """Run the rounds; return each sample. What the engines built must agree."""
    samples: Samples = {}
    for number in range(rounds):
        is_agreed = not part.compared
        for case, engine, sample in part.round(number):
            if not is_agreed and case != FIRST:
                agree(part)
                is_agreed = True
            samples.setdefault(case, {}).setdefault(engine, []).append(sample)
            told(f"round {number + 1}: {case}, {engine}: {sample.wall:.2f} s")
    return samples


def agree(part: Part) -> None:
    """Compare the tables of clean builds; end the benchmark if they differ."""
    script = Path(__file__).with_name("sums.py")
    found = {}
    for engine in part.engines:
        command = [sys.executable, script, engine.folder / engine.database]
        found[engine.name] = subprocess.run(
            [*command, *part.compared], check=True, capture_output=True
        ).stdout
    ours = found.pop("ours")
    for name, tables in found.items():
        if tables != ours:
            raise SystemExit(f"the tables of {name} differ from ours")


def generated(work: Path, models: int, commands: dict[str, Path]) -> Part:
    """Return every engine on its form of a generated project."""
    specification = specify(models)
    write_dbt(specification, work / "ours")
    write_script(specification, work / "script")
    engines = [ours(work / "ours"), script(work / "script")]
    if "dbt" in commands:
        write_dbt(specification, work / "dbt")
        engines.append(dbt(work / "dbt", commands["dbt"]))
    if "sqlmesh" in commands:
        write_sqlmesh(specification, work / "sqlmesh")
        engines.append(sqlmesh(work / "sqlmesh", commands["sqlmesh"]))
    # A bare script knows no change: it builds all again, or nothing.
    knowing = ("ours", "dbt", "sqlmesh")
    cases = (
        Case(FIRST, "build", Engine.clean),
        Case("nothing changed", "build", engines=knowing),
        Case("one leaf changed", "build", change_leaf, knowing),
        Case("one comment changed", "build", change_comment, knowing),
        Case("cold parse", "parse", Engine.clean),
        Case("warm parse", "parse"),
        Case("parse, one file changed", "parse", change_leaf),
    )
    marts = tuple(m.name for m in specification.models if m.layer == "marts")
    return Part(tuple(engines), cases, marts)


def forget_list(engine: Engine) -> None:
    """Remove the answer that `ls` has left."""
    (engine.folder / "target/kept/ls.json").unlink(missing_ok=True)


def copied(work: Path, project: Path, commands: dict[str, Path]) -> Part:
    """Return ours and dbt on copies of a dbt project."""
    left = shutil.ignore_patterns("data", "target", "logs", ".git", ".venv", "*.egg*")
    for name in ("ours", "dbt"):
        shutil.copytree(project, work / name, ignore=left)
    engines = [ours(work / "ours")]
    if "dbt" in commands:
        engines.append(dbt(work / "dbt", commands["dbt"]))
    cases = (
        Case(FIRST, "build", Engine.clean),
        Case("nothing changed", "build"),
        Case("cold parse", "parse", Engine.clean),
        Case("warm parse", "parse"),
        Case("`ls`", "ls", forget_list),
        Case("`ls`, again", "ls"),
        Case("`--help`", "--help"),
        Case("`--version`", "--version"),
    )
    return Part(tuple(engines), cases)


def seed(work: Path, rows: int, commands: dict[str, Path]) -> Part:
    """Return ours and dbt on a project of one large CSV file."""
    return _pair(
        work,
        commands,
        lambda folder: write_large_seed(folder, rows),
        (Case(f"a CSV seed of {rows:,} rows", "build", Engine.clean),),
    )


def history(work: Path, rows: int, commands: dict[str, Path]) -> Part:
    """Return ours and dbt on an incremental model that one row is added to."""
    part = _pair(
        work,
        commands,
        lambda folder: write_history(folder, rows),
        (Case(f"one row more in a table of {rows:,}", "build", add_row),),
    )
    for engine in part.engines:
        run(engine.call("build"), engine.folder)
    return part


def _pair(
    work: Path,
    commands: dict[str, Path],
    write: Callable[[Path], None],
    cases: tuple[Case, ...],
) -> Part:
    write(work / "ours")
    engines = [ours(work / "ours")]
    if "dbt" in commands:
        write(work / "dbt")
        engines.append(dbt(work / "dbt", commands["dbt"]))
    return Part(tuple(engines), cases)


def change_leaf(engine: Engine) -> None:
    """Change what the last mart computes; nothing reads it."""
    path = max(engine.folder.glob("models/**/marts_*.sql"))
    path.write_text(path.read_text().replace("amount - ", "amount - 1 - ", 1))


def change_comment(engine: Engine) -> None:
    """Change a comment in the first staging model, which nearly all depend on."""
    path = min(engine.folder.glob("models/**/staging_*.sql"))
    path.write_text(path.read_text().replace("\nselect\n", "\n-- a word\nselect\n", 1))


def add_row(engine: Engine) -> None:
    """Add the next row to what has arrived."""
    path = engine.folder / "seeds" / "arrivals.csv"
    with path.open(newline="") as file:
        last = int(list(csv.reader(file))[-1][0])
    with path.open("a", newline="") as file:
        file.write(f"{last + 1},0.25\n")
