"""Every piece of code in docs/readers.md, run beside a published release."""

import os
import re
import shlex
import subprocess
import sys

import pytest
from network_project import ROOT, warehouse

PAGE = (ROOT / "docs" / "readers.md").read_text(encoding="utf-8")
PACKAGES = ("polars", "pandas", "pyarrow", "duckdb-cli")  # the command is DuckDB 1.5


def blocks(language):
    """Return the page's code blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def is_guest(block):
    """Whether a block needs what the tests do not install."""
    return re.search(r"import (polars|pandas)", block) is not None


def shown(python, block, folder):
    """Run a block; return what it prints."""
    done = subprocess.run(
        [python, "-W", "error", "-c", block],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def guests(tmp_path_factory):
    """Return the programs of an environment with other readers."""
    folder = tmp_path_factory.mktemp("guests") / "venv"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    pip = [folder / "bin/python", "-m", "pip", "install", "-q", *PACKAGES]
    subprocess.run(pip, check=True)
    return folder / "bin"


@pytest.mark.parametrize("block", [b for b in blocks("python") if not is_guest(b)])
def test_python(release, block):
    """What DuckDB and pyarrow are shown to do, they do."""
    assert re.search(r"\d", shown(sys.executable, block, release.parents[1]))


@pytest.mark.slow
@pytest.mark.parametrize("block", [b for b in blocks("python") if is_guest(b)])
def test_other_readers(release, guests, block):
    """Polars and pandas read the marts as shown; decimals stay decimals."""
    said = shown(guests / "python", block, release.parents[1])
    assert re.search(r"\d", said)
    if "pandas" in block:
        assert "decimal128" in said


@pytest.mark.slow
def test_the_command_line(release, guests):
    """DuckDB's own program, of an older version, reads the file."""
    (line,) = (
        found for b in blocks("sh") for found in b.splitlines() if "duckdb" in found
    )
    done = subprocess.run(
        shlex.split(line), cwd=release.parents[1], capture_output=True, text=True,
        check=False, env={**os.environ, "PATH": f"{guests}:{os.environ['PATH']}"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "deals" in done.stdout


def test_our_commands(release):
    """Each command that the page names works."""
    lines = [found for b in blocks("sh") for found in b.splitlines()]
    for line in lines:
        if line.startswith("warehouse "):
            done = warehouse(release.parents[1], *shlex.split(line)[1:])
            assert done.returncode == 0, done.stderr
