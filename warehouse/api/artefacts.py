"""dbt's artefacts of a command, as the texts of their files."""

import json
from pathlib import Path

from warehouse.api.request import Request, request_arguments
from warehouse.api.workspace import Workspace
from warehouse.project.files import replace_text
from warehouse.release.runs import RESULTS_FILE
from warehouse.run.artefact import run_results_dict
from warehouse.run.results import RunResult

MANIFEST_FILE = "manifest.json"


def manifest_text(project: Workspace) -> str:
    """Return the text of `manifest.json`."""
    texts = project.node_texts
    text = texts.manifest_text(project.manifest, project.invocation)
    texts.memory.save(most=0)
    return text


def results_text(project: Workspace, request: Request, run: RunResult) -> str:
    """Return the text of `run_results.json`."""
    asked = request_arguments(project.options, request)
    return json.dumps(run_results_dict(run, project.invocation, asked), default=str)


def artefacts(project: Workspace, request: Request, run: RunResult) -> dict[str, str]:
    """Return what a run that has ended leaves: texts by file name."""
    return {
        RESULTS_FILE: results_text(project, request, run),
        MANIFEST_FILE: manifest_text(project),
    }


def write_manifest(project: Workspace) -> Path:
    """Write `manifest.json` where dbt writes it; return its path."""
    path = project.root / project.config.target_path / MANIFEST_FILE
    replace_text(path, manifest_text(project))
    return path
