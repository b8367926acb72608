"""Measure our engine beside its peers: on generated projects, on any, at start-up.

    python benchmarks/engine.py [PART …] [--rounds N] [--peers dbt,sqlmesh]
                                [--dbt PATH] [--sqlmesh PATH]
                                [--json FILE] [--write]
    python benchmarks/engine.py --project FOLDER

Parts: `100`, `1000` or any other number of generated models; `project`, this
repository's; `seed`, a CSV file of a million rows; `history-N`, a row more in a table
of N rows. All of them come from one specification for every engine, and for a bare
script of the same statements on one connection; after the first clean builds the
engines' tables are compared. In each round every case runs once on each engine, each
time in a fresh process, so that a slow moment of the machine meets all. Printed are
medians of wall time, CPU time and peak memory.

Peers come from virtual environments of their own, made where no path is given. Nothing
is built where it stands. --write puts the figures into docs/speed.json and from there
into the tables of docs/speed.md and README.md, and the chart.
"""

import argparse
import datetime as dt
import json
import os
import platform
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cases import ROOT, Part, copied, generated, history, measured, seed
from engines import PEERS, installed, versions
from figures import chart, full_table, rewrite, short_table

RESULTS = ROOT / "docs" / "speed.json"
WHOLE = (
    "100",
    "1000",
    "10000",
    "project",
    "seed",
    "history-1000000",
    "history-10000000",
)
LONG = 5_000  # models from which peers would take hours
CHART = ("clean build", "nothing changed", "one leaf changed", "cold parse")
SHOWN = "1000"  # the part that README shows


def made(name: str, work: Path, options: argparse.Namespace) -> Part:
    """Return a part by its name."""
    commands = options.commands
    if name.isdecimal():
        few = int(name) >= LONG
        return generated(work, int(name), {} if few else commands)
    if name == "project":
        return copied(work, options.project or ROOT, commands)
    if name == "seed":
        return seed(work, 1_000_000, commands)
    if name.startswith("history"):
        return history(work, int(name.partition("-")[2] or 10_000_000), commands)
    raise SystemExit(f"no part {name}")


def machine() -> str:
    """Say what this runs on."""
    names = (
        [
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ]
        if Path("/proc/cpuinfo").exists()
        else [platform.processor()]
    )
    return f"{platform.system()} on {os.cpu_count()} cores ({(names or ['?'])[0]})"


def result(name: str, work: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Measure a part; return it as the JSON file has it."""
    load = os.getloadavg()[0]
    part = made(name, work, options)
    samples = measured(part, options.rounds, lambda text: print(text, file=sys.stderr))
    engines = {engine.name for engine in part.engines}
    known = {n: c for n, c in options.commands.items() if n in engines}
    return {
        "about": {
            "date": dt.datetime.now(dt.UTC).date().isoformat(),
            "machine": machine(),
            "load": f"{load:.1f}",
            "rounds": options.rounds,
            "versions": versions(known),
        },
        "samples": {
            case: {name: [asdict(s) for s in found] for name, found in one.items()}
            for case, one in samples.items()
        },
    }


def write(results: Mapping[str, Any]) -> None:
    """Bring the documents to what was measured."""
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    rewrite(
        ROOT / "docs" / "speed.md",
        {name: full_table(part) for name, part in results.items()},
    )
    if SHOWN in results:
        rewrite(ROOT / "README.md", {SHOWN: short_table(results[SHOWN])})
        (ROOT / "docs" / "speed.svg").write_text(chart(results[SHOWN], CHART))


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", help="sizes, project, seed, history-ROWS")
    parser.add_argument("--project", type=Path, help="any dbt project's folder")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", default="dbt,sqlmesh", help="dbt,sqlmesh or ''")
    parser.add_argument("--dbt", type=Path, help="dbt's command, if installed")
    parser.add_argument("--sqlmesh", type=Path, help="SQLMesh's command, if installed")
    parser.add_argument("--json", type=Path, help="write samples here")
    parser.add_argument(
        "--write", action="store_true", help="bring the docs up to date"
    )
    options = parser.parse_args()
    options.parts = options.parts or (["project"] if options.project else WHOLE)
    options.peers = [peer for peer in options.peers.split(",") if peer]
    return options


def main() -> None:
    """Measure, print, and write what is asked for."""
    options = parsed()
    results: dict[str, Any] = {}
    if options.write and RESULTS.exists():
        results = json.loads(RESULTS.read_text())
    with tempfile.TemporaryDirectory() as folder:
        options.commands = {
            peer: getattr(options, peer) or installed(peer, Path(folder))
            for peer in PEERS
            if peer in options.peers
        }
        for name in options.parts:
            work = Path(folder) / name
            work.mkdir()
            results[name] = result(name, work, options)
            print(f"\n{name}\n\n{full_table(results[name])}\n", flush=True)
            if options.write:
                write(results)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
