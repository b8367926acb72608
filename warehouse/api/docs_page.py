"""A page of a project's tables: no script, no network, one file."""

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any

from warehouse.manifest.manifest import Manifest
from warehouse.manifest.nodes import Node, Source

SHOWN = ("source", "seed", "snapshot", "model", "exposure")
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; }
table { border-collapse: collapse; margin: .5rem 0; }
td, th { border-top: 1px solid #ddd; padding: .2rem 1rem .2rem 0; text-align: left;
         vertical-align: top; }
section { margin-top: 2.5rem; }
code, .type { font: 13px ui-monospace, monospace; }
.type, .place { color: #667; }
"""


def docs_page(manifest: Manifest, catalog: Mapping[str, Any]) -> str:
    """Return HTML: each table with its description, columns, upstream and downstream.

    `catalog` is what `catalog.json` says.
    """
    title = escape(manifest.project)
    shown = [m for m in map(manifest.__getitem__, manifest.order) if _kind(m) in SHOWN]
    known = {member.unique_id for member in shown}
    sections = [
        "\n".join(_section(manifest, catalog, member, known)) for member in shown
    ]
    names = " · ".join(_link(manifest, member.unique_id) for member in shown)
    return "\n".join(
        [
            "<!doctype html>",
            '<meta charset="utf-8">',
            f"<title>{title}</title>",
            f"<style>{STYLE}</style>",
            f"<h1>{title}</h1>",
            f"<p>{names}</p>",
            *sections,
            "",
        ]
    )


def _kind(member: Node | Source) -> str:
    return "source" if isinstance(member, Source) else member.resource_type


def _name(member: Node | Source) -> str:
    if isinstance(member, Source):
        return f"{member.source_name}.{member.name}"
    return member.search_name


def _link(manifest: Manifest, unique_id: str) -> str:
    name = escape(_name(manifest[unique_id]))
    return f'<a href="#{escape(unique_id)}">{name}</a>'


def _section(
    manifest: Manifest,
    catalog: Mapping[str, Any],
    member: Node | Source,
    known: set[str],
) -> Iterator[str]:
    unique_id = member.unique_id
    yield f'<section id="{escape(unique_id)}">'
    yield f"<h2>{escape(_name(member))}</h2>"
    place = f" · {escape(str(member.relation))}" if member.relation else ""
    yield f'<p class="place">{_kind(member)}{place}</p>'
    if member.description:
        yield f"<p>{escape(member.description)}</p>"
    graph = manifest.graph
    for word, ids in (
        ("reads", graph.upstream[unique_id]),
        ("is read by", graph.downstream[unique_id]),
    ):
        links = [_link(manifest, each) for each in sorted(ids) if each in known]
        if links:
            yield f"<p>{word} {', '.join(links)}</p>"
    part = "sources" if isinstance(member, Source) else "nodes"
    table = catalog[part].get(unique_id, {"columns": {}})
    described = {name.lower(): c.description for name, c in member.columns.items()}
    yield from _columns(table["columns"].values(), described)
    yield "</section>"


def _columns(
    columns: Iterable[Mapping[str, Any]], described: Mapping[str, str]
) -> Iterator[str]:
    rows = [
        f"<tr><td><code>{escape(column['name'])}</code>"
        f'<td class="type">{escape(column["type"])}'
        f"<td>{escape(described.get(column['name'].lower(), ''))}"
        for column in columns
    ]
    if rows:
        yield "\n".join(["<table>", *rows, "</table>"])
