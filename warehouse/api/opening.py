"""How a project's database is opened: what its SQL may reach outside of it."""

from collections.abc import Iterator
from dataclasses import replace

from warehouse.api.workspace import DIALECT, Workspace
from warehouse.engine.closed import GUARD
from warehouse.engine.setup import Setup, setup_of
from warehouse.project.reach import Reach, reach


def setup_for(project: Workspace) -> Setup:
    """Return how to open the project's database.

    In a home it is closed: SQL reaches the seeds, the sources that are files, what the
    profile attaches, and `allowed_paths`. In place it is open, as in dbt. The setting
    `external_access`, or else the profile, says otherwise.
    """
    setup = setup_of(project.target, project.settings.limits)
    if project.home is not None:  # bytes must not depend on where it runs
        zone = "set global TimeZone = 'UTC'"
        setup = replace(setup, statements=(*setup.statements, zone))
    return replace(
        setup,
        config={k: v for k, v in setup.config.items() if k.lower() != GUARD},
        settings={k: v for k, v in setup.settings.items() if k.lower() != GUARD},
        reach=_reach(project) if project.is_closed else None,
    )


def _reach(project: Workspace) -> Reach:
    allowed = project.settings.allowed_paths
    declared = reach(project.root, (*allowed, *_sources(project)))
    files = dict.fromkeys(declared.files)
    for node in project.manifest.nodes.values():
        if node.seed is not None:
            files |= {str(node.seed.file): None, str(node.seed.file.resolve()): None}
    return Reach(declared.folders, tuple(files))


def _sources(project: Workspace) -> Iterator[str]:
    """Yield the files that sources stand for."""
    from warehouse.compiler.files import files_named  # noqa: PLC0415 - sqlglot: if any

    for source in project.manifest.sources.values():
        if source.relation.sql is not None:
            yield from files_named(source.relation.sql, DIALECT)
