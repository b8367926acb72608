"""Reads what an earlier run left in a folder."""

import json
from pathlib import Path
from typing import Any

from warehouse.errors import UsageError
from warehouse.manifest.previous import Artefacts
from warehouse.project.files import read_text


def read_previous(folder: Path, target: Path) -> Artefacts:
    """Read the artefacts in `folder`, and the newest `sources.json` of `target`.

    Raises UsageError when there is no such folder.
    """
    if not folder.is_dir():
        raise UsageError(
            f"--state {folder} is no folder", hint="name the folder of a manifest.json"
        )
    return Artefacts(
        manifest=_read(folder / "manifest.json"),
        results=_read(folder / "run_results.json"),
        sources=_read(folder / "sources.json"),
        current_sources=_read(target / "sources.json"),
        folder=str(folder),
    )


def _read(path: Path) -> Any:
    if not path.exists():
        return None
    try:
        return json.loads(read_text(path))
    except ValueError as error:
        raise UsageError(f"{path} is no JSON: {error}") from error
