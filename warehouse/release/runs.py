"""What each run leaves behind: its artefacts, for a while."""

from collections.abc import Mapping
from pathlib import Path

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


def _runs(home: Home) -> list[Path]:
    """Return the folders of the runs, newest first."""
    if not home.runs_folder.is_dir():
        return []
    return sorted(home.runs_folder.iterdir(), reverse=True)
