"""What each run leaves behind: its artefacts, for a while."""

from collections.abc import Mapping
from pathlib import Path

from warehouse.project.files import replace_text
from warehouse.release import disk
from warehouse.release.home import Home

KEPT_RUNS = 30
RESULTS_FILE = "run_results.json"


def keep_run(home: Home, run_id: str, artefacts: Mapping[str, str]) -> None:
    """Write a run's artefacts, texts by file name, and forget the oldest runs.

    `run_id` sorts by time, as release ids do. Raises ReleaseError.
    """
    with disk.reported("write the run's artefacts"):
        for name, text in artefacts.items():
            replace_text(home.runs_folder / run_id / name, text)
        runs = sorted(home.runs_folder.iterdir(), reverse=True)
        for old in runs[KEPT_RUNS:]:
            disk.remove(old)


def last_run(home: Home) -> Path | None:
    """Return the folder of the newest run's artefacts; None before the first."""
    if not home.runs_folder.is_dir():
        return None
    runs = sorted(home.runs_folder.iterdir(), reverse=True)
    return next((run for run in runs if (run / RESULTS_FILE).is_file()), None)
