"""What the README says is what happens."""

import re
import shlex
import subprocess
import sys

import pytest
from network_project import ROOT, warehouse

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language):
    """Return the README's code blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("block", blocks("console"))
def test_shown_commands(release, block):
    """Each command that the README shows prints what the README shows."""
    command, _, shown = block.partition("\n")
    words = shlex.split(command.removeprefix("$ "))
    assert words[0] == "warehouse"
    done = warehouse(release.parents[1], *words[1:])
    printed = "\n".join(
        line.rstrip() for line in (done.stdout + done.stderr).split("\n")
    )
    assert printed.strip() == shown.strip()


@pytest.mark.parametrize("block", blocks("python"))
def test_shown_python(release, block):
    """Each piece of Python that the README shows runs beside a release."""
    done = subprocess.run(
        [sys.executable, "-c", block],
        cwd=release.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "line",
    [
        line
        for block in blocks("sh")
        for line in block.splitlines()
        if line.startswith("warehouse ")
    ],
)
def test_said_commands(release, line):
    """Each command that the README names works."""
    done = warehouse(release.parents[1], *shlex.split(line)[1:])
    assert done.returncode == 0, done.stderr


def test_settings(project):
    """The settings that the README lists are settings that the engine knows."""
    (block,) = blocks("toml")
    (project / "pyproject.toml").write_text(block)
    done = warehouse(project, "parse")
    assert done.returncode == 0, done.stderr
