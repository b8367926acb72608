"""`retry`: the last run's request again, for what failed in it or never began."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from warehouse.api.previous import read_previous
from warehouse.api.request import TYPES, Request
from warehouse.api.workspace import Options, Workspace
from warehouse.errors import UsageError
from warehouse.release.home import Home
from warehouse.release.runs import last_run

# As dbt has them; ours are the first three.
RETRIED = {"error", "fail", "skipped", "runtime error", "partial success"}
COMMANDS = ("build", "run", "seed", "test", "snapshot")


@dataclass(frozen=True, slots=True)
class LastRun:
    """What a `run_results.json` tells: what was asked for, and what is left to do.

    `is_newest` is one that no other run has come after.
    """

    arguments: Mapping[str, Any]
    left: frozenset[str]
    is_newest: bool = True

    @property
    def publishes(self) -> bool:
        """Whether what was asked for is published when it is done."""
        return bool(self.arguments.get("publishes", self.arguments["which"] == "build"))

    def is_done(self, home: Home | None) -> bool:
        """Whether nothing is left to do: all nodes are done, and published if asked.

        A gate may have refused the release, or a signal come before it.
        """
        asked = self.request(Request(), has_home=home is not None)
        is_whole = self.is_newest and self.publishes and not asked.is_partial
        waits = is_whole and home is not None and home.candidate_folder.exists()
        return not (self.left or waits)

    def options(self, given: Options) -> Options:
        """Return the last run's options; what the command says itself wins."""
        said = self.arguments
        folder, deferred = said.get("state"), said.get("defer_state")
        return replace(
            given,
            command=said["which"],
            target=given.target or said.get("target"),
            vars=given.vars or said.get("vars") or {},
            full_refresh=bool(given.full_refresh or said.get("full_refresh")),
            selector=said.get("selector"),
            indirect_selection=said.get("indirect_selection") or "eager",
            state=Path(folder) if folder else None,
            defer=bool(said.get("defer")),
            defer_state=Path(deferred) if deferred else None,
            favor_state=bool(said.get("favor_state")),
            empty=bool(said.get("empty")),
            sample=said.get("sample"),
        )

    def request(self, given: Request, *, has_home: bool) -> Request:
        """Return what to build.

        In place, what is left. With a home, all that was asked for: what stands in the
        candidate is reused, and a release is a whole.
        """
        said = self.arguments
        return replace(
            given,
            selected=_texts(said.get("select")),
            excluded=_texts(said.get("exclude")),
            types=_texts(said.get("resource_types")) or TYPES,
            fail_fast=given.fail_fast or bool(said.get("fail_fast")),
            publishes=self.publishes,
            only=None if has_home else self.left,
            resumes=True,
        )


def read_last(project: Workspace, folder: Path | None) -> LastRun:
    """Read the last run of a project, or the one whose artefacts are in `folder`.

    Raises UsageError when there is none, or none of a command that can be retried.
    """
    target, is_newest = project.root / project.config.target_path, folder is None
    if folder is None and project.home is not None:
        folder = last_run(project.home)
    found = folder or target
    results = read_previous(found, target).results if found.is_dir() else None
    if not isinstance(results, dict):
        raise UsageError(
            "there is no run to retry", hint="warehouse build makes the first"
        )
    arguments = results.get("args") or {}
    if arguments.get("which") not in COMMANDS:
        which = arguments.get("which")
        raise UsageError(f"{found} is of `{which}`, which cannot be retried")
    rows = results.get("results") or []
    left = {row["unique_id"] for row in rows if row.get("status") in RETRIED}
    return LastRun(arguments, frozenset(left), is_newest)


def _texts(value: Any) -> Sequence[str]:
    """Read a list of texts; dbt writes one alone without its list."""
    return [value] if isinstance(value, str) else [str(item) for item in value or ()]
