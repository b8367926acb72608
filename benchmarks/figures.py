"""What was measured, as Markdown tables and as an SVG chart."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from measuring import Sample, median

NAMES = {
    "ours": "ours",
    "script": "bare script",
    "dbt": "dbt",
    "sqlmesh": "SQLMesh",
}
COLOURS = {
    "ours": "#1f6f8b",
    "script": "#9aa5ab",
    "dbt": "#c8743c",
    "sqlmesh": "#8b6fb0",
}
Medians = Mapping[str, Mapping[str, Sample]]


def medians(samples: Mapping[str, Any]) -> dict[str, dict[str, Sample]]:
    """Return the medians by case and engine, of what the JSON file holds."""
    return {
        case: {
            name: median([Sample(**one) for one in found])
            for name, found in engines.items()
        }
        for case, engines in samples.items()
    }


def full_table(part: Mapping[str, Any]) -> str:
    """Return every figure of a part: wall, CPU and memory, and wall against ours."""
    lines = ["| | | wall | CPU | memory | to ours |", "|---|---|---|---|---|---|"]
    for case, engines in medians(part["samples"]).items():
        our = engines["ours"].wall
        for name, sample in engines.items():
            first = case if name == "ours" else ""
            ratio = "" if name == "ours" else f"{sample.wall / our:.1f}"
            lines.append(
                f"| {first} | {NAMES[name]} | {seconds(sample.wall)} "
                f"| {seconds(sample.cpu)} | {sample.memory:,.0f} MiB | {ratio} |"
            )
    return "\n".join([*lines, "", about(part)])


def short_table(part: Mapping[str, Any]) -> str:
    """Return wall times alone, an engine a column."""
    found = medians(part["samples"])
    columns = [name for name in NAMES if any(name in e for e in found.values())]
    heads = " | ".join(NAMES[name] for name in columns)
    lines = [f"| | {heads} |", "|---" * (len(columns) + 1) + "|"]
    for case, engines in found.items():
        cells = [
            seconds(engines[name].wall) if name in engines else "" for name in columns
        ]
        lines.append(f"| {case} | {' | '.join(cells)} |")
    return "\n".join([*lines, "", about(part)])


def about(part: Mapping[str, Any]) -> str:
    """Say when, on what and with what a part was measured."""
    told = part["about"]
    made = "; ".join(f"{NAMES[n]}: {text}" for n, text in told["versions"].items())
    rounds = f"{told['rounds']} round{'s' if told['rounds'] > 1 else ''}"
    return (
        f"Medians of {rounds}, {told['date']}, {told['machine']}, load {told['load']} "
        f"at the start. {made}."
    )


def seconds(value: float) -> str:
    """Return seconds with the digits that mean something.

    >>> seconds(0.0312), seconds(2.345), seconds(167.2)
    ('0.03 s', '2.3 s', '167 s')
    """
    digits = 2 if value < 1 else 1 if value < 100 else 0
    return f"{value:.{digits}f} s"


def chart(part: Mapping[str, Any], cases: Sequence[str]) -> str:
    """Return bars of wall time, a group a case; the longest bar of each fills it."""
    rows: list[str] = []
    y = 8
    for case in cases:
        engines = medians(part["samples"]).get(case, {})
        longest = max((sample.wall for sample in engines.values()), default=1.0)
        rows.append(f'<text x="8" y="{y + 13}" class="case">{case}</text>')
        y += 20
        for name, sample in engines.items():
            width = max(1.0, 440 * sample.wall / longest)
            rows.append(
                f'<text x="104" y="{y + 12}" class="who">{NAMES[name]}</text>'
                f'<rect x="112" y="{y + 2}" width="{width:.1f}" height="13" '
                f'fill="{COLOURS[name]}"/>'
                f'<text x="{118 + width:.1f}" y="{y + 12}">{seconds(sample.wall)}'
                "</text>"
            )
            y += 18
        y += 8
    style = (
        "text{font:12px sans-serif;fill:#57606a}.case{font-weight:600}"
        ".who{text-anchor:end}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 {y}" width="640" '
        f'height="{y}" role="img" aria-label="wall times"><style>{style}</style>'
        + "\n".join(rows)
        + "</svg>\n"
    )


def rewrite(path: Path, tables: Mapping[str, str]) -> None:
    """Put the tables between their marks in a Markdown file: `<!-- table: name -->`."""
    text = path.read_text()
    for name, table in tables.items():
        mark = re.escape(f"<!-- table: {name} -->")
        text = re.sub(
            rf"({mark}\n).*?(<!-- end -->)",
            lambda found, table=table: f"{found[1]}{table}\n{found[2]}",
            text,
            flags=re.DOTALL,
        )
    path.write_text(text)
