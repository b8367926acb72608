"""`releases`: what has been published."""

from argparse import Namespace
from dataclasses import asdict
from datetime import UTC, datetime

from warehouse.api.home import Listed, list_releases, require_home
from warehouse.cli.formats import json_array
from warehouse.cli.tables import Column, Look, table
from warehouse.cli.terminal import BOLD, DIM, Terminal
from warehouse.cli.words import age, counted, moment, size
from warehouse.errors import ExitCode
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
    Column("command"),
)
COMMIT_LENGTH = 8


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Print the releases on disk, newest first."""
    home = require_home(arguments.project_dir, arguments.home)
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
    look = Look(
        width=terminal.width,
        head=lambda text: terminal.style(text, BOLD),
        faint=lambda text: terminal.style(text, DIM),
    )
    terminal.out(table(COLUMNS, [_row(listed) for listed in found], look))
    terminal.note(terminal.style(counted(len(found), "release"), DIM))
    return ExitCode.OK


def _row(listed: Listed) -> list[str]:
    mark = "→" if listed.is_current else ""
    release = listed.release
    if release is None:
        fault = f"damaged: {listed.fault}"
        return [mark, listed.release_id, *([""] * (len(COLUMNS) - 3)), fault]
    return [
        mark,
        release.release_id,
        moment(release.created_at),
        age(datetime.now(UTC) - release.created_at),
        f"{release.user}@{release.host}",
        (release.git_commit or "-")[:COMMIT_LENGTH],
        f"{_nodes(release):,}",
        f"{sum(release.tests.values()):,}",
        f"{len(release.marts):,}",
        size(_bytes(release)),
        release.command,
    ]


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
    }
