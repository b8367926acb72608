"""`docs generate`: manifest.json, catalog.json, and a page that shows both."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from warehouse.api.compiling import compile_nodes, reader, write_compiled
from warehouse.api.docs_page import docs_page
from warehouse.api.listing import chosen
from warehouse.api.workspace import Workspace
from warehouse.engine.catalog import described
from warehouse.manifest.artefact import manifest_dict
from warehouse.project.files import replace_text
from warehouse.run.catalog import catalog_dict

COMPILED = ("model", "test", "analysis", "snapshot")


def generate_docs(
    project: Workspace,
    selected: Sequence[str] = (),
    excluded: Sequence[str] = (),
    *,
    compiles: bool = True,
    empty_catalog: bool = False,
) -> tuple[Path, int]:
    """Write the artefacts; return their folder and how many tables are in the catalog.

    Raises every fault of the templates, unless they are not to be compiled.
    """
    only = chosen(project, selected, excluded) if selected or excluded else None
    with reader(project) as engine:
        texts: dict[str, str] = {}
        if compiles:
            ids = chosen(project, selected, excluded, COMPILED)
            found = compile_nodes(project, ids, engine)
            write_compiled(project, found)
            texts = {compiled.node.unique_id: compiled.sql for compiled in found}
        tables = () if empty_catalog else tuple(described(engine))
    catalog = catalog_dict(project.manifest, project.invocation, tables, only)
    manifest = _with_code(manifest_dict(project.manifest, project.invocation), texts)
    folder = project.root / project.config.target_path
    for name, content in {
        "manifest.json": json.dumps(manifest, default=str),
        "catalog.json": json.dumps(catalog, default=str),
        "index.html": docs_page(project.manifest, catalog),
    }.items():
        replace_text(folder / name, content)
    return folder, len(catalog["nodes"]) + len(catalog["sources"])


def _with_code(manifest: dict[str, Any], texts: dict[str, str]) -> dict[str, Any]:
    for unique_id, node in manifest["nodes"].items():
        node["compiled"] = unique_id in texts
        if unique_id in texts:
            node["compiled_code"] = texts[unique_id]
    return manifest
