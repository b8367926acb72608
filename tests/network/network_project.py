"""The deal network as it stands in the repository, copied to be built elsewhere."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARTS = ("seeds", "sql", "dbt_project.yml", "profiles.yml", "pyproject.toml")


def copy_project(folder):
    """Copy the project's own files, without what builds have left."""
    for name in PARTS:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    return folder


def warehouse(folder, *arguments):
    """Run the command in a project; return the finished process."""
    return subprocess.run(
        [sys.executable, "-m", "warehouse", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
