"""`source freshness`: how old sources are, kept in `sources.json`."""

import json
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from warehouse.api.compiling import reader
from warehouse.api.listing import chosen
from warehouse.api.workspace import Workspace
from warehouse.manifest.nodes import Source
from warehouse.project.files import replace_text
from warehouse.run.freshness import SourceAge, check_sources, sources_dict

SOURCES_FILE = "sources.json"


def check_freshness(
    project: Workspace,
    selected: Sequence[str],
    excluded: Sequence[str],
    output: Path | None = None,
) -> list[SourceAge]:
    """Check the selected sources that say how fresh they must be; write the result.

    Raises UsageError when the selection matches nothing.
    """
    begun = perf_counter()
    found = chosen(project, selected, excluded, ["source"])
    members = [project.manifest[unique_id] for unique_id in found]
    sources = [s for s in members if isinstance(s, Source) and _is_asked(s)]
    with reader(project) as engine:
        threads = project.target.threads
        ages = check_sources(sources, project.templates, engine, threads)
    artefact = sources_dict(ages, project.invocation, perf_counter() - begun)
    path = output or project.root / project.config.target_path / SOURCES_FILE
    replace_text(path, json.dumps(artefact, default=str))
    return ages


def _is_asked(source: Source) -> bool:
    return source.freshness is not None and source.freshness.is_asked
