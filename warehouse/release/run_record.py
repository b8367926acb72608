"""What a run has kept of its nodes, read again."""

import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from warehouse.release.home import Home
from warehouse.release.runs import MANIFEST_FILE, RESULTS_FILE

_Part = Mapping[str, Any]


class RunRecord:
    """The artefacts of one run, each read when it is asked for.

    What is gone or damaged says nothing: runs are kept for a while only.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def of(cls, home: Home, run_id: str) -> "RunRecord | None":
        """Return a run by its id, which is its release's too, if it is kept."""
        folder = home.runs_folder / run_id
        return cls(folder) if folder.is_dir() else None

    @cached_property
    def nodes(self) -> Mapping[str, _Part]:
        """Each node's part of the manifest, by id."""
        found = self._read(MANIFEST_FILE).get("nodes")
        parts = found.items() if isinstance(found, dict) else ()
        return {name: part for name, part in parts if isinstance(part, dict)}

    @cached_property
    def sql(self) -> Mapping[str, str]:
        """What each node compiled to, by id."""
        found = {name: part.get("compiled_code") for name, part in self._ended.items()}
        return {name: sql for name, sql in found.items() if isinstance(sql, str)}

    @cached_property
    def statuses(self) -> Mapping[str, str]:
        """How each node ended, by id."""
        return {name: str(part.get("status")) for name, part in self._ended.items()}

    @cached_property
    def _ended(self) -> Mapping[str, _Part]:
        found = self._read(RESULTS_FILE).get("results")
        parts = found if isinstance(found, list) else []
        return {
            part["unique_id"]: part
            for part in parts
            if isinstance(part, dict) and isinstance(part.get("unique_id"), str)
        }

    def _read(self, name: str) -> _Part:
        try:
            found = json.loads((self._folder / name).read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}
