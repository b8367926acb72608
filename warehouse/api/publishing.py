"""From a candidate that was built without a fault to the current release."""

from dataclasses import dataclass

from warehouse.api.differing import judged
from warehouse.api.request import Request
from warehouse.api.result import BuildResult
from warehouse.api.workspace import Workspace
from warehouse.errors import ReleaseError
from warehouse.release.candidate import Candidate
from warehouse.release.history import fault_of_current
from warehouse.release.home import Home
from warehouse.release.publish import publish
from warehouse.release.record import Release
from warehouse.release.retention import Retention, retain
from warehouse.run.results import RunResult


@dataclass(frozen=True, slots=True)
class Built:
    """What a build has made without a fault, and not yet published."""

    home: Home
    candidate: Candidate
    release: Release
    run: RunResult


def publish_built(project: Workspace, request: Request, built: Built) -> BuildResult:
    """Publish, unless the current release holds the same and no refresh is asked.

    What is published stays so: trouble with old releases is only a warning.
    """
    home, candidate, run = built.home, built.candidate, built.run
    release = built.release
    if not project.options.full_refresh:
        current = home.current() if fault_of_current(home) is None else None
        if current is not None and _is_same(current, candidate, release):
            home.discard(candidate.folder)
            return BuildResult(run, current.release_id, is_unchanged=True)
    try:
        release = judged(
            project,
            home,
            candidate.folder,
            release,
            accepts=request.accepts_changes,
        )
        publish(home, candidate, release)
    except ReleaseError as error:
        return BuildResult(run, error=error)
    try:
        settings = project.settings
        rule = (settings.keep, settings.keep_days, settings.grace_seconds)
        retain(home, Retention(*rule))
    except ReleaseError as error:
        project.warn(str(error))
    return BuildResult(run, release.release_id)


def _is_same(current: Release, candidate: Candidate, release: Release) -> bool:
    """Whether the candidate holds what is published already.

    Equal fingerprints everywhere, none of them missing, and the same Parquet bytes.
    """
    states = candidate.states.known()
    return (
        states == current.nodes
        and all(state.fingerprint for state in states.values())
        and [mart.sha256 for mart in current.marts]
        == [mart.sha256 for mart in release.marts]
        and current.versions == release.versions
    )
