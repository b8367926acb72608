"""`parse`: whether the project can be read, and what is in it."""

from argparse import Namespace
from collections import Counter
from time import perf_counter

from warehouse.api.artefacts import write_manifest
from warehouse.api.unchanged import remember_answer
from warehouse.cli.lines import Messages
from warehouse.cli.projects import open_project
from warehouse.cli.shortcut import asked_of
from warehouse.cli.summary import KINDS
from warehouse.cli.terminal import Terminal
from warehouse.cli.words import counted, seconds
from warehouse.errors import ExitCode


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Read the project and write its manifest."""
    begun, asked = perf_counter(), asked_of(arguments)
    project = open_project(arguments, terminal, Messages(terminal))
    manifest = project.manifest
    took = seconds(perf_counter() - begun)
    counts = Counter(node.resource_type for node in manifest.nodes.values())
    counts["source"] = len(manifest.sources)
    order = [*KINDS, *sorted(counts.keys() - KINDS.keys())]
    said = [counted(counts[kind], kind) for kind in order if counts[kind]]
    listed = ", ".join(said) or "nothing"
    path = write_manifest(project)
    shown = path.relative_to(project.root)
    terminal.note(f"read {listed} in {took}; wrote {shown}")
    if asked is not None:
        line = f"nothing changed since it was read: {listed}; {shown} stands"
        remember_answer(project, asked, [line], path)
    return ExitCode.OK
