import os
import subprocess
import sys
from pathlib import Path

import pytest
import release_driver

from warehouse.release.home import Home

ROOT = Path(__file__).parents[2]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Name a home that does not exist yet."""
    return Home(tmp_path / "data")


@pytest.fixture
def drive():
    """Start the driver in a process of its own; kill what is left at the end."""
    started: list[subprocess.Popen[str]] = []

    def start(command: str, home: Home, *arguments: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [
                *(sys.executable, release_driver.__file__, command, str(home.path)),
                *map(str, arguments),
            ],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()
