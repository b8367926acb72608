"""`diff`: what one release changed against another."""

from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from warehouse.api.differing import Difference, difference
from warehouse.api.home import require_home
from warehouse.cli.formats import cell, json_text
from warehouse.cli.tables import Column, Look, printable, shortened, table
from warehouse.cli.terminal import BOLD, DIM, GREEN, RED, YELLOW, Terminal
from warehouse.cli.words import counted
from warehouse.engine.protocol import Result
from warehouse.errors import ExitCode
from warehouse.release.changes import MartChange
from warehouse.release.schema_change import ColumnChange

COLUMNS = (
    Column("mart"),
    Column("before", is_number=True),
    Column("after", is_number=True),
    Column("added", is_number=True),
    Column("removed", is_number=True),
    Column("changed", is_number=True),
    Column("columns"),
)
SIGNS = {"added": "+", "removed": "-", "changed": "~"}
COLOURS = {"+": GREEN, "-": RED, "~": YELLOW}


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Print what differs: a line for each mart, then sums and rows of each."""
    found = difference(
        require_home(arguments.project_dir, arguments.home),
        arguments.before,
        arguments.after,
        marts=tuple(arguments.mart),
        rows=arguments.rows,
    )
    if arguments.format == "json":
        terminal.out(json_text(_json(found)))
        return ExitCode.OK
    changes = found.changes
    terminal.note(terminal.style(f"{found.before} → {found.after}", DIM))
    if changes.marts:
        look = Look(
            width=terminal.width,
            head=lambda text: terminal.style(text, BOLD),
            faint=lambda text: terminal.style(text, DIM),
        )
        terminal.out(table(COLUMNS, [_row(mart) for mart in changes.marts], look))
    for mart in changes.marts:
        lines = list(_details(mart, found.samples.get(mart.name, {})))
        if lines:
            terminal.out("\n" + terminal.style(mart.name, BOLD))
        for line in lines:
            text = shortened(printable(line), terminal.width or len(line))
            terminal.out(f"  {terminal.style(text, *_colours(line))}")
    text = f"{counted(len(changes.marts), 'mart')} of "
    text += f"{len(changes.marts) + changes.same} differ"
    terminal.note(terminal.style(text.replace("1 mart of", "1 of"), BOLD))
    return ExitCode.OK


def _row(mart: MartChange) -> list[str]:
    return [
        mart.name,
        "-" if mart.before is None else f"{mart.before:,}",
        "-" if mart.after is None else f"{mart.after:,}",
        f"{mart.added:,}",
        f"{mart.removed:,}",
        "" if mart.changed is None else f"{mart.changed:,}",
        "; ".join(map(_column, mart.columns)),
    ]


def _column(change: ColumnChange) -> str:
    if change.before is None:
        return f"+ {change.name} {change.after}"
    if change.after is None:
        return f"- {change.name} {change.before} ({change.effect})"
    return f"{change.name} {change.before} → {change.after} ({change.effect})"


def _details(mart: MartChange, samples: Mapping[str, Result]) -> Iterator[str]:
    """Yield the sums that differ, then sample rows."""
    for name, (before, after) in mart.sums.items():
        if before != after:
            yield f"sum({name}) {before or 'NULL'} → {after or 'NULL'}"
    for kind, result in samples.items():
        for row in result.rows:
            yield f"{SIGNS[kind]} {_said(mart, result.columns, row, kind)}"


def _said(
    mart: MartChange, columns: Sequence[str], row: Sequence[Any], kind: str
) -> str:
    """Return one row: its key, then its other values, or what changed of them."""
    keys = {name.lower() for name in mart.key}
    pairs = list(zip(columns, row, strict=True))
    head = ", ".join(f"{n}={_text(v)}" for n, v in pairs if n.lower() in keys)
    others = [(n, v) for n, v in pairs if n.lower() not in keys]
    if kind == "changed":
        told = [f"{n} {_text(v[0])} → {_text(v[1])}" for n, v in others if v[0] != v[1]]
    else:
        told = [f"{n} {_text(v)}" for n, v in others]
    return f"{head}: {', '.join(told)}" if head else ", ".join(told)


def _text(value: Any) -> str:
    text = cell(value)
    return "NULL" if text is None else text


def _colours(line: str) -> tuple[str, ...]:
    colour = COLOURS.get(line[0])
    return (colour,) if colour and line[1:2] == " " else ()


def _json(found: Difference) -> dict[str, Any]:
    samples = {
        name: {
            kind: [dict(zip(result.columns, row, strict=True)) for row in result.rows]
            for kind, result in kinds.items()
        }
        for name, kinds in found.samples.items()
    }
    return {
        "before": found.before,
        "after": found.after,
        "same": found.changes.same,
        "marts": [
            {**asdict(mart), "effect": mart.effect, "rows": samples.get(mart.name, {})}
            for mart in found.changes.marts
        ],
    }
