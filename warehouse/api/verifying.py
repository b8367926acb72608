"""A release against its record, and against a build of the project from nothing."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from warehouse.api.build import build
from warehouse.api.forecast import forecast
from warehouse.api.request import Request
from warehouse.api.workspace import Options, Workspace
from warehouse.compiler.fingerprint import Fingerprint
from warehouse.engine.duckdb import DuckDB
from warehouse.engine.literal import literal
from warehouse.engine.protocol import Engine, Result
from warehouse.errors import ExecutionError
from warehouse.release.home import Home, home_of
from warehouse.release.record import DATABASE_FILE, Release
from warehouse.release.verify import temporary_home
from warehouse.run.results import EventHandler
from warehouse.run.states import NodeState

PUBLISHED, REBUILT = "published", "rebuilt"
KEPT = {"snapshot", "incremental"}  # what a history of builds has made
ROWS = 3


@dataclass(frozen=True, slots=True)
class Compared:
    """One node: equal, different (`detail` and rows say how), or not to be compared."""

    unique_id: str
    outcome: str
    detail: str = ""
    rows: Result | None = None


EQUAL, DIFFERENT, SKIPPED = "equal", "different", "not compared"


def rebuild(
    folder: Path, options: Options, home: Home, release_id: str, heard: EventHandler
) -> list[Compared]:
    """Build the project from nothing beside its home, and compare it with a release.

    The build stands in a temporary folder and is thrown away. Nodes that are written
    otherwise by now, ask the clock or the like, or go on from earlier builds are not
    compared. Raises ExecutionError when the build fails.
    """
    release = home.release(release_id)
    with temporary_home() as place:
        project = Workspace(
            folder, replace(options, home=place, command="build", is_anew=True), heard
        )
        result = build(project, Request(command="warehouse verify --rebuild"))
        if not result.ok or result.release_id is None:
            raise ExecutionError(
                "the project does not build from nothing: "
                f"{result.error or 'see what failed above'}"
            )
        fresh = home_of(folder.resolve(), place, None)
        assert fresh is not None  # noqa: S101 - it was just built
        other = fresh.release(result.release_id)
        with closing(DuckDB.open(None)) as engine:
            for name, which, of in (
                (PUBLISHED, release, home),
                (REBUILT, other, fresh),
            ):
                file = of.folder(which.release_id) / DATABASE_FILE
                engine.execute(f"attach {literal(str(file))} as {name} (read_only)")
            return list(_compared(engine, release, other, _reasons(project, other)))


def _reasons(project: Workspace, built: Release) -> dict[str, str]:
    """Return why nodes differ, or could, though nobody has changed anything.

    Those that run every time, for the reason that `why` has, and what reads a history.
    """
    nodes = project.manifest.nodes.values()
    histories = [node.unique_id for node in nodes if node.materialized in KEPT]
    behind = project.manifest.graph.descendants(histories)
    reasons = dict.fromkeys(behind, "it reads what earlier builds left")
    unknown = {
        unique_id
        for unique_id, state in built.nodes.items()
        if state.fingerprint is None and state.resource_type != "test"
    }
    chosen = [name for name in project.manifest.order if name in unknown]
    # Of the home that the rebuild stands in: only there are these nodes just built.
    found = forecast(project, chosen, Request()) if chosen else ()
    return reasons | {
        one.node.unique_id: f"it runs every time: {one.reason}" for one in found
    }


def _compared(
    engine: Engine, release: Release, other: Release, reasons: Mapping[str, str]
) -> Iterator[Compared]:
    for unique_id, state in release.nodes.items():
        if state.relation_name is None or state.resource_type == "test":
            continue
        if state.materialized == "table_function":
            continue
        reason = _reason(state, other.nodes.get(unique_id), reasons.get(unique_id))
        if reason is not None:
            yield Compared(unique_id, SKIPPED, reason)
        else:
            yield _rows(engine, unique_id, state.relation_name)


def _reason(state: NodeState, now: NodeState | None, known: str | None) -> str | None:
    """Say why a node cannot be compared; None when it can."""
    if now is None:
        return "it is not in the project any more"
    if state.materialized in KEPT or state.resource_type == "snapshot":
        return "it goes on from what earlier builds left"
    own = Fingerprint.read(now.fingerprint)
    if own is None:
        return known or "it runs every time"
    if not own.same_data(state.fingerprint):
        changed = "the project or its inputs have changed since, or the engine has"
        return known or changed
    return None


def _rows(engine: Engine, unique_id: str, relation: str) -> Compared:
    """Compare columns and rows, each row as often as it stands there."""
    sides = [f"{name}.{relation}" for name in (PUBLISHED, REBUILT)]
    was, now = (
        [(c.name, c.dtype) for c in engine.describe(f"from {s}")] for s in sides
    )
    if was != now:
        return Compared(unique_id, DIFFERENT, f"columns {was} became {now}")
    lost, new = (
        engine.execute(f"select count(*) from (from {a} except all from {b})").rows[0][
            0
        ]
        for a, b in (sides, sides[::-1])
    )
    if not lost and not new:
        return Compared(unique_id, EQUAL)
    shown = engine.execute(
        f"(select '-' as side, * from (from {sides[0]} except all from {sides[1]}) "
        f"limit {ROWS}) union all (select '+' as side, * from "
        f"(from {sides[1]} except all from {sides[0]}) limit {ROWS})"
    )
    text = (
        f"{lost:,} published rows are not in the rebuilt table, {new:,} are only there"
    )
    return Compared(unique_id, DIFFERENT, text, shown)
