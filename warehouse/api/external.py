"""The files of external models, as a part of a release."""

from dataclasses import replace
from pathlib import Path

from warehouse.compiler.compile import Compiler
from warehouse.engine.protocol import Engine, EngineError
from warehouse.engine.setup import Setup
from warehouse.errors import ReleaseError
from warehouse.manifest.manifest import Manifest
from warehouse.release import disk
from warehouse.run.materializations.external import write_rows
from warehouse.run.materializations.location import external_models, output_of

FOLDER = "external"


def with_files(setup: Setup, manifest: Manifest, candidate: Path) -> Setup:
    """Return the setup that lets the files of external models be written."""
    if setup.reach is None or not external_models(manifest):
        return setup
    place = f"{candidate / FOLDER}/"
    return replace(
        setup, reach=replace(setup.reach, folders=(*setup.reach.folders, place))
    )


def export_files(compiler: Compiler, engine: Engine, folder: Path) -> None:
    """Write every external model's file into a candidate, anew.

    They stand under `external/`, at their locations. Raises ReleaseError.
    """
    place = folder / FOLDER
    with disk.reported("remove old files"):
        if place.exists():
            disk.remove(place)
    models = external_models(compiler.manifest)
    if not models:
        return
    existing = {relation.key for relation in engine.relations()}
    root = compiler.templates.invocation.target.root.resolve()
    for node in models:
        output = output_of(compiler, node)
        if node.relation is None or output.path is None:
            continue
        if node.relation.key not in existing:
            continue  # a partial build has not come to it yet
        try:
            target = place / output.path.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            write_rows(engine, f"from {node.relation}", output, target)
        except EngineError as error:
            message = f"cannot write {output.location}: {error.message}"
            raise ReleaseError(message) from error
