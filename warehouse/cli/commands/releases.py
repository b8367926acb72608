"""`releases`: what has been published."""

from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime

from warehouse.api.home import Listed, list_releases, require_home
from warehouse.cli.formats import json_array
from warehouse.cli.tables import Column, Look, table
from warehouse.cli.terminal import BOLD, DIM, Terminal
from warehouse.cli.words import age, counted, moment, size
from warehouse.errors import ExitCode
from warehouse.release.journal import Act, acts
from warehouse.release.record import Release

COLUMNS = (
    Column(""),
    Column("release"),
    Column("published (UTC)"),
    Column("age", is_number=True),
    Column("by"),
    Column("commit"),
    Column("nodes", is_number=True),
    Column("tests", is_number=True),
    Column("marts", is_number=True),
    Column("size", is_number=True),
    Column("changes"),
    Column("notes"),
    Column("command"),
)
ACTS = tuple(map(Column, ("time (UTC)", "what", "release", "before", "by", "reason")))
COMMIT_LENGTH = 8


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Print the releases on disk, newest first."""
    home = require_home(arguments.project_dir, arguments.home)
    if arguments.history:
        return _history(acts(home), arguments.format, terminal)
    found = list_releases(home)
    if arguments.format == "json":
        keys = list(_json(found[0])) if found else []
        rows = [tuple(_json(listed).values()) for listed in found]
        for text in json_array(keys, rows):
            terminal.write(text)
        return ExitCode.OK
    if not found:
        terminal.note(f"nothing has been published in {home.path} yet")
        return ExitCode.OK
    lines = [_row(listed) for listed in found]
    used = [i for i in range(len(COLUMNS)) if i < 2 or any(line[i] for line in lines)]
    shown = [[line[i] for i in used] for line in lines]
    terminal.out(table([COLUMNS[i] for i in used], shown, _look(terminal)))
    terminal.note(terminal.style(counted(len(found), "release"), DIM))
    if not any(listed.is_current for listed in found):
        newest = found[0].release_id
        terminal.warn(
            "none of them is current, and readers find nothing: "
            f"warehouse rollback --to {newest} makes the newest so"
        )
    return ExitCode.OK


def _history(found: Sequence[Act], form: str, terminal: Terminal) -> int:
    """Print what was done, oldest first, as a log reads."""
    if form == "json":
        keys = [field.name for field in fields(Act)]
        for text in json_array(keys, [list(asdict(act).values()) for act in found]):
            terminal.write(text)
        return ExitCode.OK
    terminal.out(table(ACTS, [_told(act) for act in found], _look(terminal)))
    return ExitCode.OK


def _told(act: Act) -> list[str]:
    when = moment(datetime.fromisoformat(act.time))
    before, reason = act.from_id or "", act.reason or ""
    return [when, act.action, act.to_id, before, act.who, reason]


def _look(terminal: Terminal) -> Look:
    return Look(
        width=terminal.width,
        head=lambda text: terminal.style(text, BOLD),
        faint=lambda text: terminal.style(text, DIM),
    )


def _row(listed: Listed) -> list[str]:
    mark = "→" if listed.is_current else ""
    release = listed.release
    if release is None:
        fault = f"damaged: {listed.fault}"
        notes = "; ".join((fault, *_notes(listed)))
        return [mark, listed.release_id, *([""] * (len(COLUMNS) - 4)), notes, ""]
    return [
        mark,
        release.release_id,
        moment(release.created_at),
        age(datetime.now(UTC) - release.created_at),
        f"{release.user}@{release.host}",
        _commit(release.git_commit or "-"),
        f"{_nodes(release):,}",
        f"{sum(release.tests.values()):,}",
        f"{len(release.marts):,}",
        size(_bytes(release)),
        release.changes.summary() if release.changes else "",
        "; ".join(_notes(listed)),
        release.command,
    ]


def _commit(text: str) -> str:
    """Shorten a commit; a `+` says that files differed from it."""
    return text[:COMMIT_LENGTH] + ("+" if text.endswith("+") else "")


def _notes(listed: Listed) -> Iterator[str]:
    """Yield what people have said of a release."""
    if listed.release is not None and listed.release.changes is not None:
        for reason in listed.release.changes.accepted:
            yield f"accepted: {reason}"
    if listed.pin is not None:
        yield _said(f"pinned by {listed.pin.who}", listed.pin.reason)
    if listed.rollback is not None:
        yield _said(f"rolled back by {listed.rollback.who}", listed.rollback.reason)


def _said(what: str, reason: str | None) -> str:
    return f"{what}: {reason}" if reason else what


def _nodes(release: Release) -> int:
    return sum(state.resource_type != "test" for state in release.nodes.values())


def _bytes(release: Release) -> int:
    return release.database_bytes + sum(mart.bytes for mart in release.marts)


def _json(listed: Listed) -> dict[str, object]:
    release = listed.release
    head: dict[str, object] = {
        "release_id": listed.release_id,
        "is_current": listed.is_current,
        "fault": listed.fault,
    }
    known: dict[str, object] = asdict(release) if release else {}
    keys = ("command", "project", "user", "host", "git_commit", "versions", "tests")
    return {
        **head,
        "created_at": release.created_at.isoformat() if release else None,
        **{key: known.get(key) for key in keys},
        "nodes": _nodes(release) if release else None,
        "marts": {mart.name: mart.rows for mart in release.marts} if release else None,
        "bytes": _bytes(release) if release else None,
        "changes": known.get("changes"),
        "pin": asdict(listed.pin) if listed.pin else None,
        "rollback": asdict(listed.rollback) if listed.rollback else None,
    }
