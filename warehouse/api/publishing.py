"""From a candidate that was built without a fault to the current release."""

from dataclasses import dataclass

from warehouse.api.differing import judged
from warehouse.api.request import Request
from warehouse.api.result import BuildResult
from warehouse.api.workspace import Workspace
from warehouse.errors import ReleaseError
from warehouse.release.candidate import Candidate
from warehouse.release.history import fault_of_current, standing_rollback
from warehouse.release.home import Home
from warehouse.release.publish import publish
from warehouse.release.record import Release
from warehouse.release.retention import Retention, retain
from warehouse.run.results import Message, RunResult, Status
from warehouse.run.states import NodeState


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
        if current is not None and _is_same(project, current, built):
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
        undone = standing_rollback(home)
        publish(home, candidate, release)
    except ReleaseError as error:
        return BuildResult(run, error=error)
    if undone is not None:
        reason = f" ({undone.reason})" if undone.reason else ""
        text = (
            f"{undone.who} went back to {undone.to_id}{reason}; this build is "
            f"published on top of it: warehouse rollback --to {undone.to_id} goes back "
            "once more"
        )
        # Not by `warn`: the next build, if nothing changes, need not say it again.
        project.on_event(Message("warning", text))
    try:
        settings = project.settings
        rule = (settings.keep, settings.keep_days, settings.grace_seconds)
        retain(home, Retention(*rule))
    except ReleaseError as error:
        project.warn(str(error))
    return BuildResult(run, release.release_id)


def _is_same(project: Workspace, current: Release, built: Built) -> bool:
    """Whether the candidate holds what is published already.

    Equal states everywhere and the same Parquet bytes. A node without a fingerprint may
    hold anything, unless nothing ran since the current release was copied.
    """
    candidate, release = built.candidate, built.release
    states = candidate.states.known()
    return (
        states == current.nodes
        and (all(map(_is_known, states.values())) or _is_untouched(project, built))
        and [mart.sha256 for mart in current.marts]
        == [mart.sha256 for mart in release.marts]
        and current.versions == release.versions
    )


def _is_known(state: NodeState) -> bool:
    return bool(state.fingerprint)


def _is_untouched(project: Workspace, built: Built) -> bool:
    """Whether nothing has written into the copy of the current release."""
    candidate, run = built.candidate, built.run
    if candidate.is_resumed or candidate.is_fresh or run.operations:
        return False
    ran = (
        project.manifest.nodes[result.unique_id]
        for result in run.results
        if not result.is_reused and result.status is not Status.NO_OP
    )
    return all(node.is_test and not node.config.get("store_failures") for node in ran)
