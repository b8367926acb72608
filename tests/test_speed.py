"""The benchmark of the engine, on a small project."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def benchmark(*words: str | Path) -> str:
    """Run the benchmark without its peers; return what it printed."""
    script = ROOT / "benchmarks" / "engine.py"
    done = subprocess.run(
        [sys.executable, script, "--rounds", "1", "--peers", "", *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_generated(tmp_path):
    """A generated project builds to the bare script's tables, and is measured."""
    report = tmp_path / "report.json"
    printed = benchmark("10", "--json", report)
    samples = json.loads(report.read_text())["10"]["samples"]
    assert set(samples["clean build"]) == {"ours", "script"}
    assert samples["nothing changed"]["ours"][0]["wall"] > 0
    assert "| cold parse | ours |" in printed


@pytest.mark.slow
def test_parts():
    """Seeds, histories and any project are measured too."""
    assert "| clean build | ours |" in benchmark("project")
    assert "a CSV seed of 1,000,000 rows" in benchmark("seed")
    assert "one row more in a table of 1,000" in benchmark("history-1000")
