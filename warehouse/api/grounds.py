"""The published release as the ground on which incremental models go on."""

from dataclasses import replace

from warehouse.engine.literal import literal
from warehouse.engine.setup import Setup
from warehouse.errors import ReleaseError
from warehouse.manifest.manifest import Manifest
from warehouse.manifest.nodes import Node
from warehouse.release.candidate import Candidate
from warehouse.release.history import fault_of_current
from warehouse.release.home import Home
from warehouse.release.record import DATABASE_FILE, Release
from warehouse.run.steps import INCREMENTAL, Ground

CATALOG = "__published"


def ground_of(manifest: Manifest, home: Home, candidate: Candidate) -> Ground:
    """Return what incremental models go on from: what readers see now."""
    release = _published(home)
    if release is None:
        return Ground(is_fresh=candidate.is_fresh)
    catalog = CATALOG if _is_asked(manifest, candidate, release) else None
    return Ground(release.nodes, catalog, candidate.is_fresh)


def with_ground(
    setup: Setup, manifest: Manifest, home: Home, candidate: Candidate
) -> Setup:
    """Attach the release if the candidate may have to take a table from it again."""
    release = _published(home)
    if release is None or not _is_asked(manifest, candidate, release):
        return setup
    database = home.folder(release.release_id) / DATABASE_FILE
    attach = f"attach {literal(str(database))} as {CATALOG} (read_only)"
    return replace(setup, statements=(*setup.statements, attach))


def check_replaceable(manifest: Manifest, fault: str, *, is_refreshed: bool) -> None:
    """Refuse to build anew, unasked, what was added up over many builds.

    Raises ReleaseError where a damaged release has incremental models.
    """
    lost = [
        node.name
        for node in _incremental(manifest)
        if not is_refreshed or node.config.get("full_refresh") is False
    ]
    if lost:
        raise ReleaseError(
            f"{fault}; it holds the rows of {', '.join(sorted(lost))}, which only "
            "grew from build to build",
            hint="go back to an older release: warehouse rollback"
            + ("" if is_refreshed else "; or build from nothing: --full-refresh"),
        )


def _published(home: Home) -> Release | None:
    return home.current() if fault_of_current(home) is None else None


def _incremental(manifest: Manifest) -> list[Node]:
    return [n for n in manifest.nodes.values() if n.materialized == INCREMENTAL]


def _is_asked(manifest: Manifest, candidate: Candidate, release: Release) -> bool:
    """Whether an incremental model of the candidate is not as it was published."""
    return any(
        candidate.states.get(node.unique_id) != release.nodes.get(node.unique_id)
        for node in _incremental(manifest)
        if node.unique_id in release.nodes
    )
