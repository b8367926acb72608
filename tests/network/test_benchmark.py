"""The benchmark of a large network, on a small one."""

import json
import subprocess
import sys

import pytest
from network_project import ROOT


@pytest.mark.slow
def test_benchmark(tmp_path):
    """A drawn network builds whole, and SQL is exact within its residual."""
    report = tmp_path / "report.json"
    script = ROOT / "benchmarks" / "network.py"
    size = ["--companies", "200", "--legs", "2000", "--json", report]
    done = subprocess.run(
        [sys.executable, script, *size], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    cost, comparison = json.loads(report.read_text())["2000"]
    assert cost["rows"]["raw_deal_legs"] > 2000
    assert cost["rows"]["deal_cycles"] > 0
    assert comparison["compared"] > 100
    assert comparison["outside"] == 0
    assert comparison["residual_greatest"] > 0
