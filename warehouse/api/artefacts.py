"""dbt's artefacts of a command, as the texts of their files."""

from pathlib import Path

from warehouse.api.request import Request, request_arguments
from warehouse.api.workspace import Workspace
from warehouse.project.files import Text, replace_text
from warehouse.release.runs import MANIFEST_FILE, RESULTS_FILE
from warehouse.run.artefact import run_results_text
from warehouse.run.results import RunResult


def manifest_text(project: Workspace) -> Text:
    """Return the text of `manifest.json`."""
    return project.node_texts.manifest_text(project.manifest, project.invocation)


def results_text(project: Workspace, request: Request, run: RunResult) -> Text:
    """Return the text of `run_results.json`."""
    asked = request_arguments(project.options, request)
    return run_results_text(run, project.invocation, asked)


def artefacts(project: Workspace, request: Request, run: RunResult) -> dict[str, Text]:
    """Return what a run that has ended leaves: texts by file name.

    In pieces that are made when they are written: those of thousands of nodes are
    never together in memory.
    """
    return {
        RESULTS_FILE: results_text(project, request, run),
        MANIFEST_FILE: manifest_text(project),
    }


def write_manifest(project: Workspace) -> Path:
    """Write `manifest.json` where dbt writes it; return its path."""
    path = project.root / project.config.target_path / MANIFEST_FILE
    replace_text(path, manifest_text(project))
    return path
