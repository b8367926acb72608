"""What each run leaves behind: its artefacts, for a while."""

import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from warehouse.project.files import Text, replace_text
from warehouse.release import disk
from warehouse.release.home import Home

KEPT_RUNS = 30
RESULTS_FILE = "run_results.json"
MANIFEST_FILE = "manifest.json"


def keep_run(home: Home, run_id: str, artefacts: Mapping[str, Text]) -> None:
    """Write a run's artefacts, texts by file name, and forget the oldest runs.

    That of the current release is kept: by it `why` tells what has changed since.
    `run_id` sorts by time, as release ids do. Raises ReleaseError.
    """
    with disk.reported("write the run's artefacts"):
        for name, text in artefacts.items():
            replace_text(home.runs_folder / run_id / name, text)
        current = home.current_id()
        for old in _runs(home)[KEPT_RUNS:]:
            if old.name != current:
                disk.remove(old)


def last_run(home: Home) -> Path | None:
    """Return the folder of the newest run's artefacts; None before the first."""
    return next((run for run in _runs(home) if (run / RESULTS_FILE).is_file()), None)


def runs_since(home: Home, release_id: str | None) -> "list[RunRecord]":
    """Return the runs after that which made a release, newest first; None: all."""
    return [RunRecord(f) for f in _runs(home) if not release_id or f.name > release_id]


def record_of(home: Home, run_id: str) -> "RunRecord":
    """Return what a run has kept, by its id, which is its release's too."""
    return RunRecord(home.runs_folder / run_id)


class RunRecord:
    """What a run's artefacts say of its nodes, each by id; read when it is asked for.

    What is gone or damaged says nothing: runs are kept for a while only.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def nodes(self) -> Mapping[str, Mapping[str, Any]]:
        """Each node's part of the manifest."""
        found: Mapping[str, Mapping[str, Any]] = self._read(MANIFEST_FILE, "nodes", {})
        return found

    @cached_property
    def sql(self) -> Mapping[str, str | None]:
        """What each node compiled to."""
        return {name: found.get("compiled_code") for name, found in self._ended.items()}

    @cached_property
    def statuses(self) -> Mapping[str, str]:
        """How each node ended."""
        return {name: found["status"] for name, found in self._ended.items()}

    @cached_property
    def _ended(self) -> Mapping[str, Mapping[str, Any]]:
        results = self._read(RESULTS_FILE, "results", [])
        return {result["unique_id"]: result for result in results}

    def _read(self, name: str, key: str, nothing: Any) -> Any:
        try:
            return json.loads((self._folder / name).read_bytes())[key]
        except (OSError, ValueError, KeyError, TypeError):
            return nothing


def _runs(home: Home) -> list[Path]:
    """Return the folders of the runs, newest first."""
    if not home.runs_folder.is_dir():
        return []
    return sorted(home.runs_folder.iterdir(), reverse=True)
